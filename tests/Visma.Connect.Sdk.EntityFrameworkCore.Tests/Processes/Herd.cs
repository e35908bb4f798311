using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>An application that stood still for two hours: the access tokens of all its connections have expired. Time limits are real.</summary>
public sealed class Herd : IAsyncDisposable
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    private static readonly TimeSpan Stop = TimeSpan.FromHours(2);

    private readonly LateClock _clock;
    private readonly FakeClient _client;
    private readonly ServiceProvider _application;
    private readonly Troubles _troubles = new();

    private Herd(FakeVisma visma, LateClock clock, ITokenCache cache, int connections)
    {
        Visma = visma;
        _clock = clock;
        _client = visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        Keys = [.. Enumerable.Range(1, connections).Select(number => TokenKey.ForConnection("nxt", $"customer-{number}"))];
        Cache = new CrowdedCache(cache);
        _application = Build(Cache);
    }

    public FakeVisma Visma { get; }

    public IReadOnlyList<TokenKey> Keys { get; }

    public TokenTraffic Traffic { get; } = new();

    public CrowdedCache Cache { get; private set; }

    /// <summary>The log events that are warnings or worse.</summary>
    public IReadOnlyCollection<string> Warnings => _troubles.Lines;

    /// <summary>Starts FakeVisma and connects the users. They use a server that accepts no refresh token twice.</summary>
    public static async Task<Herd> StartAsync(ITokenCache cache, int connections)
    {
        if (cache is EntityFrameworkTokenCache database)
        {
            await database.PrepareAsync(TestContext.Current.CancellationToken);
        }

        LateClock clock = new();
        Herd herd = new(await FakeVisma.StartAsync(clock, TestContext.Current.CancellationToken), clock, cache, connections);
        FakeUser user = herd.Visma.AddUser("Kari Nordmann", herd.Visma.AddCompany("Acme AS"));
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
    /// <param name="cache">The cache with the connections.</param>
    /// <param name="save">The time that the disk takes for a save.</param>
    public ServiceProvider Restart(ITokenCache cache, TimeSpan save)
    {
        _clock.Ahead = Stop;
        Cache = new CrowdedCache(cache, save);
        return Build(Cache);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await Visma.DisposeAsync();
    }

    private ServiceProvider Build(ITokenCache cache)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddProvider(_troubles));
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton(cache);
        Traffic.AddTo(services.AddVismaConnect(options =>
        {
            VismaClientOptions client = _client.ToOptions();
            client.RedirectUri = RedirectUri;
            options.Clients["nxt"] = client;
            Visma.Configure(options);
        }));
        return services.BuildServiceProvider();
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
