using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// One endpoint of <see cref="FakeVisma"/>. It records its requests, and a test can make it slow, make it fail, or make it close the
/// connection.
/// </summary>
/// <remarks>
/// A method for the next request applies to the next request that arrives. A method for the next reply applies to the next reply that the
/// endpoint writes itself, after it has done its work: for example, a refresh token is exchanged, and then the reply is lost. Thread-safe.
/// </remarks>
public sealed class FakeEndpoint
{
    private readonly TimeProvider _time;
    private readonly Func<FakeRequest, FakeReply> _answer;
    private readonly Func<FakeRequest, FakePresentation?> _present;
    private readonly Lock _lock = new();
    private readonly List<FakeRequest> _requests = [];
    private readonly Queue<FakeReply> _next = new();
    private readonly Queue<FakePause> _pauses = new();
    private readonly Queue<FakePause> _replyPauses = new();
    private readonly Queue<TimeSpan> _replyDelays = new();
    private readonly Queue<Func<FakeReply, FakeReply>> _replyChanges = new();
    private readonly List<FakePause> _allPauses = [];

    internal FakeEndpoint(TimeProvider time, Func<FakeRequest, FakeReply> answer, Func<FakeRequest, FakePresentation?>? present = null)
    {
        _time = time;
        _answer = answer;
        _present = present ?? (_ => null);
    }

    /// <summary>The requests that have arrived so far, in their order. A copy that does not change.</summary>
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

    /// <summary>
    /// The time that each reply takes, by the system's clock. Default: zero. It is for demonstrations and benchmarks. In a test, use
    /// <see cref="PauseNext"/>.
    /// </summary>
    public TimeSpan Latency { get; set; }

    /// <summary>
    /// Returns the reply for a request, or null for the endpoint's own reply. Default: null, the endpoint's own reply each time. Replies of
    /// <see cref="AnswerNext"/> come first.
    /// </summary>
    public Func<FakeRequest, FakeReply?>? Script { get; set; }

    /// <summary>Answers the next requests with this reply. The endpoint does not do its work for them.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="times">The number of requests.</param>
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

    /// <summary>Holds the next request until it is released. The endpoint does its work after the release.</summary>
    /// <returns>The pause, which releases the request.</returns>
    public FakePause PauseNext() => Pause(_pauses);

    /// <summary>Holds the next reply until it is released. The endpoint does its work before.</summary>
    /// <returns>The pause, which releases the reply.</returns>
    public FakePause PauseNextReply() => Pause(_replyPauses);

    /// <summary>Sends the next replies late, by the clock of <see cref="FakeVisma"/>. The endpoint does its work at once.</summary>
    /// <param name="delay">How late each reply is.</param>
    /// <param name="times">The number of replies.</param>
    public void DelayNextReply(TimeSpan delay, int times = 1)
    {
        lock (_lock)
        {
            for (int time = 0; time < times; time++)
            {
                _replyDelays.Enqueue(delay);
            }
        }
    }

    /// <summary>
    /// Sends the body of the next reply without its end: the client gets the bytes, and the connection stays open until the test releases the
    /// reply. The endpoint does its work before.
    /// </summary>
    /// <param name="member">The last member of the JSON object that is sent. Default: the whole object is sent.</param>
    /// <returns>The pause, which is reached when the bytes are sent. After its release, the connection is closed.</returns>
    public FakePause StallNextReply(string? member = null)
    {
        FakePause pause = Pause(queue: null);
        ChangeNext(reply => (member is null ? reply : reply.CutAfter(member)).StalledBy(pause));
        return pause;
    }

    /// <summary>Loses the next replies after the endpoint has done its work.</summary>
    /// <param name="instead">The reply that the client gets instead. Default: <see cref="FakeReply.Drop"/>.</param>
    /// <param name="times">The number of replies.</param>
    public void LoseNextReply(FakeReply? instead = null, int times = 1)
    {
        for (int time = 0; time < times; time++)
        {
            ChangeNext(_ => instead ?? FakeReply.Drop);
        }
    }

    /// <summary>
    /// Cuts the next reply short. Its <c>Content-Length</c> is the full length, and the connection closes after the first bytes of the
    /// body.
    /// </summary>
    /// <param name="bytes">The number of bytes of the body that arrive.</param>
    public void CutNextReply(int bytes) => ChangeNext(reply => reply.CutAfter(bytes));

    /// <summary>
    /// Cuts the next reply short after a member of its JSON object and the member's value. If the object has no such member, no byte of the
    /// body arrives.
    /// </summary>
    /// <param name="member">The name of the member, such as <c>refresh_token</c>.</param>
    public void CutNextReplyAfter(string member) => ChangeNext(reply => reply.CutAfter(member));

    /// <summary>
    /// Changes the next reply after the endpoint has done its work, for example removes a member. A reply without a JSON object is not
    /// changed.
    /// </summary>
    /// <param name="change">Changes the JSON object of the body.</param>
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
        context.Response.OnStarting(() =>
        {
            // By the clock of the tokens, unless the reply has its own (RFC 9110 section 6.6.1).
            context.Response.Headers.TryAdd("Date", _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        });
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
        TimeSpan delay;
        Func<FakeReply, FakeReply>? change;
        lock (_lock)
        {
            _replyPauses.TryDequeue(out pause);
            _replyDelays.TryDequeue(out delay);
            _replyChanges.TryDequeue(out change);
        }

        await HoldAsync(pause, context).ConfigureAwait(false);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

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

    private FakePause Pause(Queue<FakePause>? queue)
    {
        FakePause pause = new();
        lock (_lock)
        {
            queue?.Enqueue(pause);
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
