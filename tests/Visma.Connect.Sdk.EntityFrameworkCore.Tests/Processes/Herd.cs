using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>An application that stood still for two hours: the access tokens of all its connections have expired. Time limits are real.</summary>
public sealed class Herd : IAsyncDisposable
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    private static readonly TimeSpan Stop = TimeSpan.FromHours(2);

    private readonly LateClock _clock;
    private readonly FakeClient _client;
    private readonly Action<VismaConnectBuilder> _cache;
    private ServiceProvider _application = null!;
    private readonly Troubles _troubles = new();

    private Herd(FakeVisma visma, LateClock clock, Action<VismaConnectBuilder> cache, int connections)
    {
        Visma = visma;
        _clock = clock;
        _client = visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        Keys = [.. Enumerable.Range(1, connections).Select(number => TokenKey.ForConnection("nxt", $"customer-{number}"))];
        _cache = cache;
    }

    public FakeVisma Visma { get; }

    public IReadOnlyList<TokenKey> Keys { get; }

    public TokenTraffic Traffic { get; } = new();

    /// <summary>The cache of the application that was started last.</summary>
    public CrowdedCache Cache { get; private set; } = null!;

    /// <summary>The log events that are warnings or worse.</summary>
    public IReadOnlyCollection<string> Warnings => _troubles.Lines;

    /// <summary>Starts FakeVisma and connects the users. They use a server that accepts no refresh token twice.</summary>
    /// <param name="cache">Registers the cache.</param>
    /// <param name="connections">The number of connections.</param>
    public static async Task<Herd> StartAsync(Action<VismaConnectBuilder> cache, int connections)
    {
        LateClock clock = new();
        Herd herd = new(await FakeVisma.StartAsync(clock, TestContext.Current.CancellationToken), clock, cache, connections);
        FakeUser user = herd.Visma.AddUser("Kari Nordmann", herd.Visma.AddCompany("Acme AS"));
        herd._application = await herd.BuildAsync(save: TimeSpan.Zero);
        VismaConnections application = herd._application.GetRequiredService<VismaConnections>();
        await Parallel.ForEachAsync(herd.Keys, TestContext.Current.CancellationToken, async (key, cancellation) =>
        {
            AuthorizationRequest start = application.Begin("nxt", key.Connection!);
            FakeCallback callback = await herd.Visma.SignInAsync(start.Url, user, cancellationToken: cancellation);
            await application.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), cancellation);
        });
        return herd;
    }

    /// <summary>Starts the application again after its stop.</summary>
    /// <param name="save">The time that the disk takes for a save.</param>
    public Task<ServiceProvider> RestartAsync(TimeSpan save)
    {
        _clock.Ahead = Stop;
        return BuildAsync(save);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await Visma.DisposeAsync();
    }

    private async Task<ServiceProvider> BuildAsync(TimeSpan save)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(_troubles));
        services.AddSingleton<TimeProvider>(_clock);
        VismaConnectBuilder visma = services.AddVismaConnect(options =>
        {
            VismaClientOptions client = _client.ToOptions();
            client.RedirectUri = RedirectUri;
            options.Clients["nxt"] = client;
            options.TokenProtection.Keys["first"] = TestKeys.First;
            Visma.Configure(options);
        });
        _cache(visma);
        Traffic.AddTo(visma);
        ServiceDescriptor registered = services.Last(service => service.ServiceType == typeof(ITokenCache));
        services.Remove(registered);
        services.AddSingleton<ITokenCache>(provider =>
            Cache = new CrowdedCache((ITokenCache)(registered.ImplementationInstance ?? registered.ImplementationFactory!(provider)), save));
        ServiceProvider application = services.BuildServiceProvider();

        // As a host does when it starts.
        ITokenCache? database = application.GetService<SqliteTokenCache>();
        database ??= application.GetService<EntityFrameworkTokenCache>();
        if (database is not null)
        {
            await database.PrepareAsync(TestContext.Current.CancellationToken);
        }

        return application;
    }

    private sealed class LateClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }

    private sealed class Troubles : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
