namespace Visma.Connect.Sdk;

/// <summary>
/// Lets one attempt use a reconnect link, in all processes together. The link is used by the completion of its consent: a user who cancels at Visma can
/// open it again.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LinkUse(SharedClaims claims, TimeProvider time, EndpointLogger logger)
{
    private const string Scope = "visma reconnect link";

    // Longer than a completion takes. After it, another process takes over the work of one that has died.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether a link was used before.</summary>
    /// <exception cref="VismaConnectException">The token cache failed.</exception>
    public async Task<bool> IsUsedAsync(ReconnectLink link, CancellationToken cancellationToken) =>
        // It only looks: a claim, however short, would refuse a user who comes back from Visma at that moment.
        await claims.FindAsync(Scope, link.Id, cancellationToken).ConfigureAwait(false) is { State: SharedClaimState.Done };

    /// <summary>Completes an attempt. If a reconnect link has begun it, then only if no other attempt has used the link.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="complete">Completes it; can be called more than once for one attempt.</param>
    /// <param name="cancellationToken">Ends the wait for a completion of the same attempt that another request has begun.</param>
    /// <returns>The connection. Null if another attempt has used the link.</returns>
    public async Task<VismaConnection?> RunAsync(PendingAttempt attempt, Func<Task<VismaConnection>> complete, CancellationToken cancellationToken)
    {
        if (attempt is not { Link: { } link, LinkExpiresAt: { } expiresAt })
        {
            return await complete().ConfigureAwait(false);
        }

        // Two claims, in this order: one for the attempt, which two requests of a double click share, and one for the link, which two attempts share.
        SharedClaim own = await BeginAttemptAsync($"{link} {attempt.Id}", expiresAt, cancellationToken).ConfigureAwait(false);
        if (own.State == SharedClaimState.Done)
        {
            return await complete().ConfigureAwait(false);
        }

        SharedClaim use = await claims.TryBeginAsync(Scope, link, Lease, LifetimeOf(expiresAt), cancellationToken).ConfigureAwait(false);
        if (use.State != SharedClaimState.Begun)
        {
            await claims.ReleaseAsync(own).ConfigureAwait(false);
            return null;
        }

        try
        {
            VismaConnection connected = await complete().ConfigureAwait(false);
            await claims.EndAsync(use).ConfigureAwait(false);
            await claims.EndAsync(own).ConfigureAwait(false);
            ConnectLog.LinkUsed(logger, attempt.Key);
            return connected;
        }
        catch (VismaConnectException failure) when (failure.Remedy?.Code != "completion-goes-on")
        {
            await claims.ReleaseAsync(use).ConfigureAwait(false);
            await claims.ReleaseAsync(own).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SharedClaim> BeginAttemptAsync(string id, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        while (true)
        {
            SharedClaim claim = await claims.TryBeginAsync(Scope, id, Lease, LifetimeOf(expiresAt), cancellationToken).ConfigureAwait(false);
            if (claim.State != SharedClaimState.Busy)
            {
                return claim;
            }

            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // An attempt that begins at the last moment ends at most an attempt's lifetime later.
    private TimeSpan LifetimeOf(DateTimeOffset expiresAt)
    {
        TimeSpan left = expiresAt - time.GetUtcNow();
        return (left > TimeSpan.Zero ? left : TimeSpan.Zero) + PendingAttempt.Lifetime + TimeSpan.FromHours(1);
    }
}
