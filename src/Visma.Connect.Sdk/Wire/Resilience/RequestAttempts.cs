using System.Runtime.ExceptionServices;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one request that may be repeated, within the time limit of the request.</summary>
/// <param name="request">The request.</param>
/// <param name="begin">Sends it once.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellationToken">Ends the request for its caller.</param>
internal sealed class RequestAttempts(
    ServerRequest request,
    Func<OpenRequest> begin,
    TimeProvider time,
    CancellationToken cancellationToken)
{
    // Retry-After has no smaller unit.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly long _begunAt = time.GetTimestamp();
    private long _failedAt;

    public ServerRequest Request => request;

    /// <summary>Cancelled by the caller.</summary>
    public CancellationToken Cancellation => cancellationToken;

    /// <summary>The failure of the last attempt that failed. Null if none has failed.</summary>
    public VismaConnectException? Failure { get; private set; }

    /// <summary>The same failure, with what is left of the pause that the server asked for.</summary>
    public VismaConnectException? FailureByNow
    {
        get
        {
            TimeSpan gone = time.GetElapsedTime(_failedAt);
            if (Failure is not { RetryAfter: { } asked } failure || gone < Second)
            {
                return Failure;
            }

            VismaConnectException later = failure.Again(failure.Message, asked > gone ? asked - gone : TimeSpan.Zero);
            later.WasHeldBack = failure.WasHeldBack;
            later.WasNotSent = failure.WasNotSent;
            return later;
        }
    }

    public TimeSpan TimeLeft => request.Timeout - time.GetElapsedTime(_begunAt);

    /// <summary>Whether another attempt can help after the last failure, and fits into the time that is left.</summary>
    public bool MayGoOn => Failure is { IsTransient: true } failure
        && (failure.RetryAfter ?? TimeSpan.Zero) < TimeLeft
        && (!failure.WasHeldBack || failure.RetryAfter is not null);

    /// <summary>Makes an attempt.</summary>
    /// <param name="ended">Ends the attempt.</param>
    /// <exception cref="VismaConnectException">The attempt failed in a way that may pass, or must not be made now.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<ServerReply> NextAsync(CancellationToken ended)
    {
        if (Failure is not null && !await HasTimeAndPlaceAsync(ended).ConfigureAwait(false))
        {
            ExceptionDispatchInfo.Capture(Failure).Throw();
        }

        try
        {
            request.Gate?.Pass();
            ended.ThrowIfCancellationRequested();
            TimeSpan limit = TimeLeft;
            using OpenRequest open = begin();
            await open.IsOverWithinAsync(limit, ended).ConfigureAwait(false);
            ServerReply reply = await open.EndAsync().ConfigureAwait(false);
            if (TokenReplyReader.TransientFailureOf(reply, request, time) is not { } failure)
            {
                return reply;
            }

            reply.Dispose();
            throw failure;
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            string within = FormattableString.Invariant($"{time.GetElapsedTime(_begunAt).TotalSeconds:0.#} s");
            throw Failed(new VismaConnectException($"No reply to {request} within {within}, repeats included.", cancelled) { IsTransient = true });
        }
        catch (VismaConnectException failure)
        {
            Failed(failure);
            throw;
        }
    }

    // The wait for a place before a repeat is within the time limit.
    private async Task<bool> HasTimeAndPlaceAsync(CancellationToken ended)
    {
        if (TimeLeft <= TimeSpan.Zero)
        {
            return false;
        }

        try
        {
            await (request.Gate?.WaitForPlaceAsync(ended) ?? Task.CompletedTask).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private VismaConnectException Failed(VismaConnectException failure)
    {
        Failure = failure;
        _failedAt = time.GetTimestamp();
        request.Gate?.Leave(failure);
        return failure;
    }
}
