using System.Runtime.ExceptionServices;

namespace Visma.Connect.Sdk;

/// <summary>The attempts of one request that may be repeated, within the time limit of the request.</summary>
/// <param name="request">The request.</param>
/// <param name="send">Sends it once, within a time limit.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellationToken">Ends the request for its caller.</param>
internal sealed class RequestAttempts(
    ServerRequest request,
    Func<TimeSpan, CancellationToken, Task<ServerReply>> send,
    TimeProvider time,
    CancellationToken cancellationToken)
{
    private readonly long _begunAt = time.GetTimestamp();

    public ServerRequest Request => request;

    /// <summary>Cancelled by the caller.</summary>
    public CancellationToken Cancellation => cancellationToken;

    /// <summary>The failure of the last attempt that failed. Null if none has failed.</summary>
    public VismaConnectException? Failure { get; private set; }

    public TimeSpan TimeLeft => request.Timeout - time.GetElapsedTime(_begunAt);

    /// <summary>Whether another attempt can help after the last failure, and fits into the time that is left.</summary>
    public bool MayGoOn => Failure is { IsTransient: true } failure
        && (failure.RetryAfter ?? TimeSpan.Zero) < TimeLeft
        && (!failure.WasHeldBack || failure.RetryAfter is not null);

    /// <summary>Makes an attempt.</summary>
    /// <param name="ended">Ends the attempt.</param>
    /// <exception cref="VismaConnectException">The attempt failed in a way that may pass, or must not be made now.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ServerReply> NextAsync(CancellationToken ended)
    {
        if (Failure is not null && TimeLeft <= TimeSpan.Zero)
        {
            ExceptionDispatchInfo.Capture(Failure).Throw();
        }

        try
        {
            return await SendAsync(ended).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            Failure = failure;
            request.Gate?.Leave(failure);
            throw;
        }
    }

    private async Task<ServerReply> SendAsync(CancellationToken ended)
    {
        if (request.Gate is { } gate)
        {
            await gate.PassAsync().ConfigureAwait(false);
        }

        ServerReply reply;
        try
        {
            reply = await send(TimeLeft, ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            string within = FormattableString.Invariant($"{time.GetElapsedTime(_begunAt).TotalSeconds:0.#} s");
            throw new VismaConnectException($"No reply to {request} within {within}, repeats included.", cancelled) { IsTransient = true };
        }

        if (TokenReplyReader.TransientFailureOf(in reply, request, time.GetUtcNow()) is not { } failure)
        {
            return reply;
        }

        reply.Dispose();
        throw failure;
    }
}
