using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>One endpoint of <see cref="FakeVisma"/>: counts and keeps what it was asked, and can be told to be slow, to fail, to hang up.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakeEndpoint
{
    private readonly Func<FakeRequest, FakeReply> _answer;
    private readonly Lock _lock = new();
    private readonly List<FakeRequest> _requests = [];
    private readonly Queue<FakeReply> _next = new();
    private readonly Queue<FakePause> _pauses = new();
    private readonly List<FakePause> _allPauses = [];

    internal FakeEndpoint(Func<FakeRequest, FakeReply> answer) => _answer = answer;

    /// <summary>The requests so far, in the order in which they arrived.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How long each answer takes, by the real clock. For demonstrations and benchmarks; a test takes <see cref="PauseNext"/>. Default: no time.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Decides per request: the reply to give, or null for the endpoint's own. Asked after <see cref="AnswerNext"/>.</summary>
    public Func<FakeRequest, FakeReply?>? Script { get; set; }

    /// <summary>Gives this reply to the next requests instead of its own.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="times">To how many requests.</param>
    public void AnswerNext(FakeReply reply, int times = 1)
    {
        lock (_lock)
        {
            for (int time = 0; time < times; time++)
            {
                _next.Enqueue(reply);
            }
        }
    }

    /// <summary>Holds the next request until it is released. It is answered as things stand then.</summary>
    public FakePause PauseNext()
    {
        FakePause pause = new();
        lock (_lock)
        {
            _pauses.Enqueue(pause);
            _allPauses.Add(pause);
        }

        return pause;
    }

    internal void ReleaseAll()
    {
        lock (_lock)
        {
            _allPauses.ForEach(pause => pause.Release());
        }
    }

    internal async Task AnswerAsync(HttpContext context)
    {
        FakeRequest request = await FakeRequest.ReadAsync(context.Request).ConfigureAwait(false);
        FakePause? pause;
        FakeReply? reply;
        lock (_lock)
        {
            _requests.Add(request);
            _pauses.TryDequeue(out pause);
            _next.TryDequeue(out reply);
        }

        if (pause is not null)
        {
            await pause.HoldAsync().ConfigureAwait(false);
        }

        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, TimeProvider.System).ConfigureAwait(false);
        }

        await (reply ?? Script?.Invoke(request) ?? _answer(request)).WriteAsync(context).ConfigureAwait(false);
    }
}
