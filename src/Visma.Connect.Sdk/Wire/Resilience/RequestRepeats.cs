using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Sends requests that may be repeated, under the policy of the library or the policy of the application.</summary>
/// <remarks>
/// Thread-safe. The first attempt is made without a policy, so an application whose requests all succeed does not load Polly: only
/// <see cref="PolicyRun"/> and <see cref="RetryPolicy"/> use it here.
/// </remarks>
internal sealed class RequestRepeats(Func<TokenRequestOptions> settings, ApplicationPolicy? replaced, TimeProvider time, ILogger logger)
{
    private volatile RetryPolicy? _policy;

    /// <exception cref="VismaConnectException">The last attempt failed in a way that may pass, or must not be made now.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<ServerReply> SendAsync(RequestAttempts attempts)
    {
        TokenRequestOptions current = settings();
        if (current.Enabled && replaced is not null)
        {
            return await SendAsync(attempts, replaced).ConfigureAwait(false);
        }

        try
        {
            return await attempts.NextAsync(attempts.Cancellation).ConfigureAwait(false);
        }
        catch (VismaConnectException) when (current is { Enabled: true, Retries: > 0 } && attempts.MayGoOn)
        {
            // Outside of the catch block, because the policy waits.
        }

        return await RepeatAsync(attempts, current).ConfigureAwait(false);
    }

    private ValueTask<ServerReply> SendAsync(RequestAttempts attempts, ApplicationPolicy policy) => policy.Of(attempts.Request) is { } chosen
        ? new ValueTask<ServerReply>(new PolicyRun(attempts, chosen, time).SendAsync())
        : attempts.NextAsync(attempts.Cancellation);

    private Task<ServerReply> RepeatAsync(RequestAttempts attempts, TokenRequestOptions current)
    {
        RetryPolicy? policy = _policy;
        if (policy is null || !policy.IsOf(current))
        {
            _policy = policy = new RetryPolicy(current, time, logger);
        }

        return new PolicyRun(attempts, policy.Policy, time).SendAsync();
    }
}
