using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>How the objects behind <see cref="ITokenSource"/> and <see cref="VismaConnections"/> are connected with each other.</summary>
internal static class Wiring
{
    public static RenewalsInFlight CreateRenewalsInFlight(IServiceProvider provider)
    {
        // A container disposes of its services in the reverse order of their creation. Renewals in flight need these two until they end.
        _ = provider.GetRequiredService<ITokenCache>();
        _ = provider.GetRequiredService<IHttpClientFactory>();
        return new RenewalsInFlight(LoggerOf(provider));
    }

    public static Signals CreateSignals(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        return new Signals(provider.GetService<IMeterFactory>(), () => settings.Current.IncludeTenantInTelemetry);
    }

    public static RequestRepeats CreateRequestRepeats(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        return new RequestRepeats(
            () => settings.Current.TokenRequests,
            provider.GetService<ApplicationPolicy>(),
            provider.GetRequiredService<TimeProvider>(),
            LoggerOf(provider));
    }

    public static AuthorizationServers CreateAuthorizationServers(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        IHttpMessageHandlerFactory handlers = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        FinishedHandlers finished = provider.GetRequiredService<FinishedHandlers>();
        // For each request, because the factory replaces the handlers from time to time.
        ServerExchange exchange = new(
            () => finished.Require(handlers, TokenRequestTransport.Name),
            provider.GetRequiredService<RequestRepeats>(),
            provider.GetRequiredService<Signals>(),
            time);
        return new AuthorizationServers(
            provider.GetRequiredService<ClientDirectory>(),
            provider.GetRequiredService<KnownMetadata>(),
            exchange,
            time,
            LoggerOf(provider));
    }

    public static RenewalParts CreateRenewalParts(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger logger = LoggerOf(provider);
        ClientDirectory clients = provider.GetRequiredService<ClientDirectory>();
        AuthorizationServers servers = provider.GetRequiredService<AuthorizationServers>();
        RenewalsInFlight inFlight = provider.GetRequiredService<RenewalsInFlight>();
        ConnectionCache cache = new(provider.GetRequiredService<ITokenCache>(), time);
        ConnectionMemory memory = new();
        ServerPlaces places = CreatePlaces(provider);
        Signals signals = provider.GetRequiredService<Signals>();
        // It needs these parts too, but only for its first user token.
        CachingTokenSource tokens = provider.GetRequiredService<CachingTokenSource>();
        TokenSaving saving = new(servers, cache, memory, inFlight, time, logger);
        saving.GaveWay += tokens.Forget;
        ReauthorizationNotice notice = new(logger);
        UserCheck users = new(cache, tokens, provider.GetRequiredService<ReauthorizationObservers>(), inFlight, signals, time);
        notice.Ended += users.HandleAsync;
        GraceFollowUp followUp = new(memory, tokens, tokens.RenewNowAsync, inFlight, time);
        ClientPauses pauses = provider.GetRequiredService<ClientPauses>();
        OutagePause outages = new(time);
        return new RenewalParts(clients, servers, cache, memory, saving, inFlight, places, notice, outages, followUp, signals, pauses, time, logger);
    }

    public static ClientPauses CreatePauses(IServiceProvider provider)
    {
        ClientPauses pauses = new(provider.GetRequiredService<TimeProvider>(), LoggerOf(provider));
        provider.GetRequiredService<ClientDirectory>().CredentialsChanged += pauses.Forget;
        return pauses;
    }

    public static ReauthorizationObservers CreateObservers(IServiceProvider provider) => new(
        provider.GetRequiredService<IServiceScopeFactory>(),
        provider.GetRequiredService<ClientDirectory>(),
        provider.GetRequiredService<RenewalsInFlight>(),
        provider.GetRequiredService<TimeProvider>(),
        LoggerOf(provider),
        provider.GetService<IHostApplicationLifetime>()?.ApplicationStopped ?? CancellationToken.None);

    public static ServerCircuits CreateCircuits(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        return new ServerCircuits(
            () => settings.Current.TokenRequests,
            provider.GetRequiredService<Signals>(),
            provider.GetRequiredService<TimeProvider>(),
            LoggerOf(provider));
    }

    public static VismaIdentityServers CreateIdentityServers(IServiceProvider provider) => new(
        provider.GetRequiredService<LiveSettings>(),
        provider.GetRequiredService<ClientDirectory>(),
        provider.GetRequiredService<ServerCircuits>());

    public static CachingTokenSource CreateTokenSource(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger logger = LoggerOf(provider);
        ClientDirectory clients = provider.GetRequiredService<ClientDirectory>();
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();
        // A cache in the memory of this process would only hold each service token a second time, and save no request.
        TimeLimitedTokenCache? sharedCache = cache is MemoryTokenCache ? null : new(cache, time);
        ServiceTokenSource serviceTokens = new(
            clients,
            provider.GetRequiredService<AuthorizationServers>(),
            sharedCache,
            CreatePlaces(provider),
            provider.GetRequiredService<ServerCircuits>(),
            provider.GetRequiredService<ClientPauses>(),
            provider.GetRequiredService<RenewalsInFlight>(),
            time,
            logger);
        UserTokenSource userTokens = new(provider.GetRequiredService<RenewalParts>);
        CachingTokenSource tokens = new(
            serviceTokens,
            userTokens,
            key => RenewalMargin.For(key, clients.Find(key).Options),
            provider.GetRequiredService<Signals>(),
            time,
            logger);
        clients.Changed += tokens.Forget;
        clients.CredentialsChanged += tokens.ForgetFailures;
        return tokens;
    }

    public static VismaConnections CreateConnections(IServiceProvider provider)
    {
        RenewalParts parts = provider.GetRequiredService<RenewalParts>();
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();
        CachingTokenSource tokens = provider.GetRequiredService<CachingTokenSource>();
        ConsentSaving consents = new(parts.Cache, parts.Memory, parts.Time, parts.InFlight, parts.Logger);
        StoredConnections stored = new(cache, parts.Clients);
        ConsentRedemption redemption = new(
            consents,
            new ConsentClaims(new StoredClaims(parts.Cache), parts.Time),
            provider.GetRequiredService<ExpiredClaims>(),
            new CodeExchange(consents, tokens, parts.Time, parts.Logger),
            stored.Describe,
            parts);
        return new VismaConnections(
            parts.Clients,
            parts.Servers,
            stored,
            provider.GetRequiredService<LastingCacheRule>(),
            new ConsentCompletion(redemption, parts.Time),
            new ConnectionEnding(parts.Clients, parts.Servers, provider.GetRequiredService<LiveSettings>(), consents, tokens, parts.Logger),
            new ConnectionImport(stored.ItemsAsync, parts, tokens),
            new ConnectionExport(stored, parts));
    }

    public static ExpiredClaims CreateExpiredClaims(IServiceProvider provider) =>
        new(provider.GetRequiredService<ITokenCache>(), provider.GetRequiredService<TimeProvider>());

    public static SharedClaims CreateSharedClaims(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        return new SharedClaims(
            new StoredClaims(new ConnectionCache(provider.GetRequiredService<ITokenCache>(), time)),
            provider.GetRequiredService<ExpiredClaims>(),
            time);
    }

    public static LastingCacheRule CreateLastingCacheRule(IServiceProvider provider) => new(
        provider.GetRequiredService<ITokenCache>(),
        provider.GetRequiredService<LiveSettings>(),
        provider.GetService<IHostEnvironment>());

    public static BrowserSignIn CreateBrowserSignIn(IServiceProvider provider) => new(
        provider.GetRequiredService<VismaConnections>(),
        provider.GetRequiredService<ClientDirectory>(),
        provider.GetRequiredService<TimeProvider>(),
        LoggerOf(provider));

    private static ServerPlaces CreatePlaces(IServiceProvider provider)
    {
        LiveSettings settings = provider.GetRequiredService<LiveSettings>();
        TokenCacheLimit? limit = provider.GetService<TokenCacheLimit>();
        return new ServerPlaces(
            () => Math.Max(1, Math.Min(limit?.MaxConcurrentRenewals ?? int.MaxValue, settings.Current.MaxConcurrentTokenRequests)),
            provider.GetRequiredService<RenewalsInFlight>());
    }

    private static GuardedLogger LoggerOf(IServiceProvider provider) => provider.GetRequiredService<GuardedLogger>();
}
