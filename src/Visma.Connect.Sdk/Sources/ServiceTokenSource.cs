using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Service tokens: from a cache that other processes share, or else from the token endpoint by client credentials.</summary>
/// <remarks>
/// Several processes may request the same token. That does no harm, so nothing is locked. A shared cache that fails is bypassed, because it
/// only saves a request. Callers do not wait for a save: if the program ends before it, the next process sends one more request.
/// </remarks>
internal sealed class ServiceTokenSource(
    ClientDirectory clients,
    AuthorizationServers servers,
    TimeLimitedTokenCache? sharedCache,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LongestCacheOperation = TimeSpan.FromSeconds(2);

    public async Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced, CancellationToken cancellationToken = default)
    {
        ConfiguredClient client = clients.Find(key);
        (TokenEntry? stored, string? version) = await ReadAsync(key).ConfigureAwait(false);
        IReadOnlyList<string> scopes = key.Scopes.Count > 0 ? key.Scopes : client.ServiceScopes;
        if (stored is not null && IsUsable(stored, client, scopes, replaced))
        {
            // The number of the entry counts, because another implementation of the cache need not store the number of the token.
            return stored.Tokens.AccessToken.WithAttempt(stored.Attempt);
        }

        AccessToken token = await RequestAsync(key, client, scopes, NextAttempt(stored, replaced), cancellationToken).ConfigureAwait(false);
        if (sharedCache is not null)
        {
            TokenEntry entry = EntryOf(token, client, scopes);
            // The caller does not wait for the save. A container does, before it disposes of the cache.
            inFlight.DoAsync(() => DetachedWork.Run(() => SaveAsync(sharedCache, key, entry, version))).Observe();
        }

        return token;
    }

    private static long NextAttempt(TokenEntry? stored, AccessToken? replaced) => Math.Max(stored?.Attempt ?? 0, replaced?.Attempt ?? 0) + 1;

    // True if it has the same environment, application and scopes as requested, is newer than the token to replace, and is not due for renewal.
    private bool IsUsable(TokenEntry stored, ConfiguredClient client, IReadOnlyList<string> scopes, AccessToken? replaced)
    {
        AccessToken token = stored.Tokens.AccessToken;
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan lifetime = token.ExpiresAt - token.ObtainedAt;
        TimeSpan renewAfter = RenewalSchedule.RenewAfter(lifetime, RenewalMargin.OfServiceToken(client.Options));
        return stored.ClientId == client.Options.ClientId
            && stored.TokenEndpoint == client.Authority.TokenEndpoint
            && stored.RequestedScopes.Count == scopes.Count
            && stored.RequestedScopes.All(scopes.Contains)
            && (replaced is null || stored.Attempt > replaced.Attempt)
            && now < token.ObtainedAt + renewAfter
            && RenewalSchedule.IsFresh(token, now);
    }

    private async Task<AccessToken> RequestAsync(
        TokenKey key,
        ConfiguredClient client,
        IReadOnlyList<string> scopes,
        long attempt,
        CancellationToken cancellationToken)
    {
        // The time before the request, because the lifetime began no earlier.
        DateTimeOffset asked = time.GetUtcNow();
        TokenResponse response = await servers.Of(key.Client)
            .RequestTokenAsync(TokenRequest.ForService(client, key.TenantId, scopes), cancellationToken)
            .ConfigureAwait(false);
        AccessToken token = new(
            response.AccessToken,
            asked,
            asked + (response.ExpiresIn ?? client.Options.DefaultTokenLifetime),
            response.Scopes ?? scopes,
            attempt,
            grantId: null);
        Log.TokenObtained(logger, key, token.ExpiresAt);
        if (scopes.Any(scope => !token.Scopes.Contains(scope)))
        {
            Log.FewerScopes(logger, key, string.Join(" ", token.Scopes), string.Join(" ", scopes));
        }

        return token;
    }

    private static TokenEntry EntryOf(AccessToken token, ConfiguredClient client, IReadOnlyList<string> scopes) => new()
    {
        Tokens = new TokenSet { AccessToken = token },
        TokenEndpoint = client.Authority.TokenEndpoint,
        ClientId = client.Options.ClientId!,
        RequestedScopes = scopes,
        Attempt = token.Attempt,
    };

    private async Task<(TokenEntry? Stored, string? Version)> ReadAsync(TokenKey key)
    {
        if (sharedCache is null)
        {
            return default;
        }

        try
        {
            TokenEntry? stored = await sharedCache.GetAsync(key, LongestCacheOperation).ConfigureAwait(false);
            return (stored, stored?.Version);
        }
        catch (UnreadableEntryException unreadable)
        {
            // A new token replaces it, at the cost of one request.
            Log.CacheBypassed(logger, "read", key, unreadable);
            return (null, unreadable.Version);
        }
        catch (Exception failure)
        {
            Log.CacheBypassed(logger, "read", key, failure);
            return default;
        }
    }

    private async Task<bool> SaveAsync(TimeLimitedTokenCache cache, TokenKey key, TokenEntry entry, string? ifVersion)
    {
        try
        {
            // If another process saved its token first, both tokens work.
            return await cache.SaveAsync(key, entry, ifVersion, LongestCacheOperation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.CacheBypassed(logger, "save", key, failure);
            return false;
        }
    }
}
