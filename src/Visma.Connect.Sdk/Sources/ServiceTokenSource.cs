using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Service tokens: from a cache that other processes share, or else from the token endpoint by client credentials.</summary>
/// <remarks>
/// Several processes may request the same token. That does no harm, so nothing is locked. A shared cache that fails is bypassed, because it
/// only saves a request. Callers do not wait for a save: if the program ends before it, the next process sends one more request. Each token has a place
/// until its save has ended, so that many tokens at once break neither the time limits of the cache nor those of the server.
/// </remarks>
internal sealed class ServiceTokenSource(
    ClientDirectory clients,
    AuthorizationServers servers,
    TimeLimitedTokenCache? sharedCache,
    ServerPlaces places,
    ServerCircuits circuits,
    ClientPauses pauses,
    RenewalsInFlight inFlight,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LongestCacheOperation = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BypassFor = TimeSpan.FromSeconds(10);

    private long _bypassUntil = long.MinValue;

    public async Task<AccessToken> ObtainAsync(TokenKey key, AccessToken? replaced, Urgency urgency)
    {
        await servers.DiscoverAsync(key.Client).ConfigureAwait(false);
        ConfiguredClient client = clients.Find(key);
        RenewalPlace place = new(client.Authority, urgency, places, time);
        await place.TakeAsync().ConfigureAwait(false);
        ServiceGate gate = new(client, place, pauses, time);
        IReadOnlyList<string> scopes = key.Scopes.Count > 0 ? key.Scopes : client.ServiceScopes;
        try
        {
            Task<AccessToken> obtaining = sharedCache is null || IsBypassed()
                ? RequestAsync(key, client, scopes, NextAttempt(stored: null, replaced), gate)
                : ObtainAsync(sharedCache, key, client, scopes, replaced, gate);
            return await obtaining.ConfigureAwait(false);
        }
        finally
        {
            gate.LeaveAfterSave();
        }
    }

    private async Task<AccessToken> ObtainAsync(
        TimeLimitedTokenCache cache,
        TokenKey key,
        ConfiguredClient client,
        IReadOnlyList<string> scopes,
        AccessToken? replaced,
        ServiceGate gate)
    {
        (TokenEntry? stored, string? version) = await ReadAsync(cache, key).ConfigureAwait(false);
        if (stored is not null && IsUsable(stored, client, scopes, replaced))
        {
            // The number of the entry counts, because another implementation of the cache need not store the number of the token.
            return stored.Tokens.AccessToken.WithAttempt(stored.Attempt);
        }

        AccessToken token = await RequestAsync(key, client, scopes, NextAttempt(stored, replaced), gate).ConfigureAwait(false);
        TokenEntry entry = EntryOf(token, client, scopes);
        // The caller does not wait for the save. A container does, before it disposes of the cache.
        gate.Saving = inFlight.DoAsync(() => DetachedWork.Run(() => SaveAsync(cache, key, entry, version)));
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
        ServiceGate gate)
    {
        TokenRequest request = TokenRequest.ForService(client, key.TenantId, scopes);
        request.Gate = gate;
        ServerCircuit? circuit = circuits.Find(client.Authority);
        if (circuit is { IsOpen: true })
        {
            // A request that is held back would take the trial of the circuit breaker, which is for all clients, without an answer.
            pauses.RequireNone(client);
        }

        TokenResponse response;
        try
        {
            response = await (circuit is null ? SendAsync(request) : SendAsync(request, circuit)).ConfigureAwait(false);
            gate.NoteEnd(failure: null);
        }
        catch (VismaConnectException failure)
        {
            gate.NoteEnd(failure);
            if (circuit is not null || !ServerCircuits.IsOfServer(failure))
            {
                throw;
            }

            response = await circuits.CountAsync(client.Authority, failure).ConfigureAwait(false);
        }

        // The lifetime began no earlier.
        DateTimeOffset asked = gate.SentAt.At;
        AccessToken token = new(
            response.AccessToken,
            asked,
            asked + (response.ExpiresIn ?? client.Options.DefaultTokenLifetime),
            response.Scopes ?? scopes,
            attempt,
            grantId: null);
        Log.TokenObtained(logger, key, token.ExpiresAt);
        if (!IncludesAll(token.Scopes, scopes))
        {
            Log.FewerScopes(logger, key, string.Join(" ", token.Scopes), string.Join(" ", scopes), Portal.Of(client.Authority));
        }

        return token;
    }

    // Plain code: a closure of the method above would be compiled at the start of each application.
    private static bool IncludesAll(IReadOnlyList<string> granted, IReadOnlyList<string> requested)
    {
        foreach (string scope in requested)
        {
            if (!granted.Contains(scope))
            {
                return false;
            }
        }

        return true;
    }

    private Task<TokenResponse> SendAsync(TokenRequest request, ServerCircuit circuit) => circuit.SendAsync(() => SendAsync(request));

    private Task<TokenResponse> SendAsync(TokenRequest request) => servers.Of(request.Client.Name).RequestTokenAsync(request, CancellationToken.None);

    private static TokenEntry EntryOf(AccessToken token, ConfiguredClient client, IReadOnlyList<string> scopes) => new()
    {
        Tokens = new TokenSet { AccessToken = token },
        TokenEndpoint = client.Authority.TokenEndpoint,
        ClientId = client.Options.ClientId!,
        RequestedScopes = scopes,
        Attempt = token.Attempt,
    };

    // If a cache does not answer, tokens are obtained without it for a while: each of them would keep its place for two time limits.
    private bool IsBypassed() => time.GetTimestamp() < Volatile.Read(ref _bypassUntil);

    private async Task<(TokenEntry? Stored, string? Version)> ReadAsync(TimeLimitedTokenCache cache, TokenKey key)
    {
        try
        {
            TokenEntry? stored = await cache.GetAsync(key, LongestCacheOperation).ConfigureAwait(false);
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
            if (failure is OperationCanceledException)
            {
                Volatile.Write(ref _bypassUntil, time.GetTimestamp() + time.TimestampsOf(BypassFor));
            }

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
