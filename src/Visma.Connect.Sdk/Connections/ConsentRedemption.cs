using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>
/// Redeems a response once, in all processes together. The process whose claim is stored exchanges the code and saves the tokens. Any other process
/// waits for its outcome, sends nothing, and ends nothing.
/// </summary>
/// <remarks>Thread-safe. A process works on a consent once at a time.</remarks>
internal sealed class ConsentRedemption(
    ConsentSaving consents,
    ConsentClaims claims,
    ExpiredClaims expiredClaims,
    CodeExchange exchange,
    Func<TokenKey, TokenEntry, VismaConnection> describe,
    RenewalParts parts)
{

    // The exchange of a code has the time limit of the settings, whatever the grace period of refresh tokens.
    private static readonly RenewalDurations Durations = RenewalDurations.For(grace: null);

    /// <summary>Whether the code of a failed exchange is still unused, so that the same response may be tried again.</summary>
    public static bool IsCodeUnused(VismaConnectException failure) =>
        failure.WasNotSent || failure.StatusCode == (HttpStatusCode)429 || failure.Error == "invalid_client";

    public async Task<VismaConnection> RunAsync(
        TokenKey key,
        AuthorizationServer server,
        AuthorizationRequest start,
        AuthorizationResponse callback,
        string code)
    {
        await consents.RequireReadableAsync(key, RenewalDurations.For(server.Client.Options.GracePeriod)).ConfigureAwait(false);
        await server.PrepareExchangeAsync(start, CancellationToken.None).ConfigureAwait(false);
        TimeSpan lease = Durations.Lease - Durations.Request + LongestExchange(server.Client.Options);
        string? watched = null;
        long since = 0;
        while (true)
        {
            ConsentClaim claim = await claims.ClaimAsync(start, code, lease, Durations.CacheOperation).ConfigureAwait(false);
            if (!claim.IsFor(start, code))
            {
                throw NotHere($"The {start} was answered before with another code. Nothing was exchanged.", LocalCauses.BeginAgain);
            }

            if (claims.IsOwn(claim))
            {
                return await parts.InFlight.DoAsync(() => RedeemAsync(key, server, start, callback, claim)).ConfigureAwait(false);
            }

            if (watched != claim.GrantId)
            {
                watched = claim.GrantId;
                since = parts.Time.GetTimestamp();
            }

            if (!claim.IsOpen || parts.Time.GetElapsedTime(since) >= RenewalDurations.WatchFor(claim.Lease))
            {
                return await OutcomeAsync(key, start, claim).ConfigureAwait(false);
            }

            if (await parts.InFlight.PauseAsync(parts.Time, Durations.Look).ConfigureAwait(false))
            {
                throw NotHere($"The host is stopping. Another process completes the {start}.", LocalCauses.OtherProcess);
            }
        }
    }

    /// <summary>The connection of a response that was redeemed before. After a newer consent, the name stands for that one.</summary>
    /// <exception cref="VismaConnectException">The user was disconnected since, or the cache failed.</exception>
    public async Task<VismaConnection> FindRedeemedAsync(TokenKey key, AuthorizationRequest start) =>
        await EntryAsync(key).ConfigureAwait(false) is { GrantId: not null } entry
            ? describe(key, entry)
            : throw NotHere($"The response to the {start} was redeemed before, and {key} was disconnected after that.", LocalCauses.BeginAgain);

    private async Task<VismaConnection> RedeemAsync(
        TokenKey key,
        AuthorizationServer server,
        AuthorizationRequest start,
        AuthorizationResponse callback,
        ConsentClaim claim)
    {
        try
        {
            TokenEntry consent = await exchange.RunAsync(key, server, start, callback, claim.GrantId).ConfigureAwait(false);
            await claims.EndAsync(start, claim, failure: null, Durations.CacheOperation).ConfigureAwait(false);
            return describe(key, consent);
        }
        catch (VismaConnectException failure) when (IsCodeUnused(failure))
        {
            await claims.ReleaseAsync(start, claim, Durations.CacheOperation).ConfigureAwait(false);
            throw;
        }
        catch (Exception failure)
        {
            string reason = failure is VismaConnectException ? failure.Message : "an unexpected exception, which that process has thrown.";
            await claims.EndAsync(start, claim, reason, Durations.CacheOperation).ConfigureAwait(false);
            throw;
        }
        finally
        {
            expiredClaims.RemoveIfDue(ConsentClaim.Lifetime);
        }
    }

    // What the process that claimed the consent has achieved. If it died, that is seen from the stored connection.
    private async Task<VismaConnection> OutcomeAsync(TokenKey key, AuthorizationRequest start, ConsentClaim claim)
    {
        if (claim.Failure is { } reason)
        {
            throw NotHere($"Another process has redeemed the response to the {start}, and failed: {reason}", LocalCauses.BeginAgain);
        }

        if (!claim.IsOpen)
        {
            return await FindRedeemedAsync(key, start).ConfigureAwait(false);
        }

        return await EntryAsync(key).ConfigureAwait(false) is { GrantId: { } grant } entry && grant == claim.GrantId
            ? describe(key, entry)
            : throw NotHere(
                $"Another process began to redeem the response to the {start}, and has not finished. If it has died, the code may be used up. This process has "
                    + "sent nothing and ended nothing.",
                LocalCauses.BeginAgain);
    }

    private async Task<TokenEntry?> EntryAsync(TokenKey key)
    {
        try
        {
            return await parts.Cache.GetAsync(key, Durations.CacheOperation).ConfigureAwait(false);
        }
        catch (UnreadableEntryException unreadable)
        {
            unreadable.WasNotSent = true;
            throw;
        }
        catch (VismaConnectException failure)
        {
            throw CodeNotSent.Because(failure);
        }
    }

    // With several secrets, the code is sent once more for each secret that the server refuses.
    private static TimeSpan LongestExchange(VismaClientOptions options) =>
        TimeSpan.FromTicks(options.TokenRequestTimeout.Ticks * Math.Max(1, options.SecretsInOrder().Length));

    private static VismaConnectException NotHere(string fact, KnownCause cause) => new(fact, cause.Remedy, innerException: null) { WasNotSent = true };
}
