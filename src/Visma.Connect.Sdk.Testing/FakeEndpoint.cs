using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>One endpoint of <see cref="FakeVisma"/>: counts and keeps what it was asked, and can be told to be slow, to fail, to hang up.</summary>
/// <remarks>
/// What is said of the next request holds for the next that arrives. What is said of the next reply holds for the next that the endpoint
/// makes itself, after it has done its work: a refresh token is spent, and then the reply is lost. Thread-safe.
/// </remarks>
public sealed class FakeEndpoint
{
    private readonly Func<FakeRequest, FakeReply> _answer;
    private readonly Func<FakeRequest, FakePresentation?> _present;
    private readonly Lock _lock = new();
    private readonly List<FakeRequest> _requests = [];
    private readonly Queue<FakeReply> _next = new();
    private readonly Queue<FakePause> _pauses = new();
    private readonly Queue<FakePause> _replyPauses = new();
    private readonly Queue<Func<FakeReply, FakeReply>> _replyChanges = new();
    private readonly List<FakePause> _allPauses = [];

    internal FakeEndpoint(Func<FakeRequest, FakeReply> answer, Func<FakeRequest, FakePresentation?>? present = null)
    {
        _answer = answer;
        _present = present ?? (_ => null);
    }

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

    /// <summary>Gives this reply to the next requests instead of its own. The endpoint does none of its work for them.</summary>
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
    public FakePause PauseNext() => Pause(_pauses);

    /// <summary>Holds the next reply until it is released. The work is done before.</summary>
    public FakePause PauseNextReply() => Pause(_replyPauses);

    /// <summary>Loses the next replies, after the work is done.</summary>
    /// <param name="instead">What the client gets in their place; null: <see cref="FakeReply.Drop"/>.</param>
    /// <param name="times">How many replies.</param>
    public void LoseNextReply(FakeReply? instead = null, int times = 1)
    {
        for (int time = 0; time < times; time++)
        {
            ChangeNext(_ => instead ?? FakeReply.Drop);
        }
    }

    /// <summary>Cuts the next reply short: it promises its full length, and the connection ends after the first bytes of the body.</summary>
    /// <param name="bytes">How many bytes of the body arrive.</param>
    public void CutNextReply(int bytes) => ChangeNext(reply => reply.CutBehind(bytes));

    /// <summary>Cuts the next reply short, right behind a member of its JSON object and that member's value; at the start when it has no such member.</summary>
    /// <param name="member">The name of the member, such as <c>refresh_token</c>.</param>
    public void CutNextReplyAfter(string member) => ChangeNext(reply => reply.CutBehind(member));

    /// <summary>Changes the next reply, after the work is done: members of the wrong type, or missing. One that is no JSON object stays as it is.</summary>
    /// <param name="change">Changes the body.</param>
    public void ChangeNextReply(Action<JsonObject> change) => ChangeNext(reply => reply.With(change));

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
        FakePresentation? presentation = _present(request);
        FakePause? pause;
        FakeReply? reply;
        lock (_lock)
        {
            _requests.Add(request);
            _pauses.TryDequeue(out pause);
            _next.TryDequeue(out reply);
        }

        await HoldAsync(pause, context).ConfigureAwait(false);
        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, TimeProvider.System).ConfigureAwait(false);
        }

        reply ??= Script?.Invoke(request);
        await (reply is null ? AnswerItselfAsync(request, presentation, context) : reply.WriteAsync(context)).ConfigureAwait(false);
    }

    private async Task AnswerItselfAsync(FakeRequest request, FakePresentation? presentation, HttpContext context)
    {
        FakeReply reply = _answer(request);
        FakePause? pause;
        Func<FakeReply, FakeReply>? change;
        lock (_lock)
        {
            _replyPauses.TryDequeue(out pause);
            _replyChanges.TryDequeue(out change);
        }

        await HoldAsync(pause, context).ConfigureAwait(false);
        if (change is not null)
        {
            await change(reply).WriteAsync(context).ConfigureAwait(false);
            return;
        }

        presentation?.Answering();
        await reply.WriteAsync(context).ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
        if (reply.Code == HttpStatusCode.OK && !context.RequestAborted.IsCancellationRequested)
        {
            presentation?.Answered();
        }
    }

    private static Task HoldAsync(FakePause? pause, HttpContext context) => pause?.HoldAsync(context.RequestAborted) ?? Task.CompletedTask;

    private FakePause Pause(Queue<FakePause> queue)
    {
        FakePause pause = new();
        lock (_lock)
        {
            queue.Enqueue(pause);
            _allPauses.Add(pause);
        }

        return pause;
    }

    private void ChangeNext(Func<FakeReply, FakeReply> change)
    {
        lock (_lock)
        {
            _replyChanges.Enqueue(change);
        }
    }
}
