using System.Net;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Polly;

namespace Visma.Connect.Sdk;

/// <summary>Makes the attempts of a request under a policy.</summary>
/// <remarks>
/// The policy sees a reply without its body, and a missing reply or half of one as an <see cref="HttpRequestException"/>. A failure after which no
/// other attempt helps, or whose <c>Retry-After</c> is longer than the time that is left, is a <see cref="VismaConnectException"/>, which no policy
/// for HTTP repeats.
/// </remarks>
internal sealed class PolicyRun(RequestAttempts attempts, IAsyncPolicy<HttpResponseMessage> policy, TimeProvider time)
{
    // The first attempt may have been made already.
    private VismaConnectException? _known = attempts.Failure;
    private ServerReply? _reply;

    /// <exception cref="VismaConnectException">The last attempt failed, or the policy made none.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<ServerReply> SendAsync()
    {
        TimeSpan left = attempts.TimeLeft;
        // The choice of a policy takes time too: none may be left.
        using CancellationTokenSource limit = time.CreateCancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, attempts.Cancellation);
        Exception? thrown = null;
        try
        {
            await policy.ExecuteAsync(NextAsync, ended.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            thrown = failure;
        }

        if (_reply is { } reply)
        {
            return reply;
        }

        attempts.Cancellation.ThrowIfCancellationRequested();
        // The exceptions of policies have different types. Callers get the failure itself.
        ExceptionDispatchInfo.Capture(attempts.FailureByNow ?? Unsent(thrown)).Throw();
        throw attempts.Failure!;
    }

    private async Task<HttpResponseMessage> NextAsync(CancellationToken ended)
    {
        _reply?.Dispose();
        _reply = null;
        if (_known is { } known)
        {
            _known = null;
            return Shown(known);
        }

        try
        {
            ServerReply reply = await attempts.NextAsync(ended).ConfigureAwait(false);
            _reply = reply;
            return new HttpResponseMessage(reply.StatusCode);
        }
        catch (VismaConnectException failure) when (attempts.MayGoOn)
        {
            return Shown(failure);
        }
    }

    private static HttpResponseMessage Shown(VismaConnectException failure)
    {
        if (failure.StatusCode is not { } status || status < HttpStatusCode.BadRequest)
        {
            throw new HttpRequestException(failure.Message, failure);
        }

        HttpResponseMessage seen = new(status);
        if (failure.RetryAfter is { } wait && wait > TimeSpan.Zero)
        {
            seen.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        }

        return seen;
    }

    private VismaConnectException Unsent(Exception? failure) =>
        new($"Nothing was sent for {attempts.Request}: the policy of the application ended it ({failure?.GetType().Name ?? "without an attempt"}).", failure)
        {
            IsTransient = true,
            WasNotSent = true,
        };
}
