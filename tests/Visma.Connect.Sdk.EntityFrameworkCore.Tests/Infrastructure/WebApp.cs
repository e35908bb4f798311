using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>An application whose users connect, with a separate FakeVisma. Each start is another process over the same database.</summary>
public sealed class WebApp : IAsyncDisposable
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    private readonly FakeClient _client;

    private WebApp(FakeVisma visma)
    {
        Visma = visma;
        _client = visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        _client.RefreshTokens = FakeRefreshTokens.OneTime();
        User = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
    }

    public FakeVisma Visma { get; }

    public FakeUser User { get; }

    public List<string> Log { get; } = [];

    public static async Task<WebApp> StartAsync() => new(await FakeVisma.StartAsync(cancellationToken: Entries.Cancellation));

    /// <summary>Builds a host with this cache and these settings, and does not start it.</summary>
    public IHost Build(Action<VismaConnectBuilder> cache, Action<VismaConnectOptions>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Lines(Log));
        VismaConnectBuilder visma = builder.Services.AddVismaConnect(options =>
        {
            VismaClientOptions client = _client.ToOptions();
            client.RedirectUri = RedirectUri;
            client.GracePeriod = TimeSpan.FromMinutes(1);
            options.Clients["nxt"] = client;
            Visma.Configure(options);
            settings?.Invoke(options);
        });
        cache(visma);
        return builder.Build();
    }

    public async Task<VismaConnection> ConnectAsync(IHost host, string connection = "customer-42")
    {
        VismaConnections connections = host.Services.GetRequiredService<VismaConnections>();
        AuthorizationRequest start = connections.Begin("nxt", connection);
        FakeCallback callback = await Visma.SignInAsync(start.Url, User, cancellationToken: Entries.Cancellation);
        return await connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), Entries.Cancellation);
    }

    public ValueTask DisposeAsync() => Visma.DisposeAsync();

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add($"{eventId.Id} {formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
