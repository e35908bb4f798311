using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>The library in one process: a container over the shared cache.</summary>
internal sealed class Application
{
    private const string RedirectUri = "https://acme.example/callback";

    private readonly ServiceProvider _services;

    public Application(Process process, Mode mode, ITokenCache cache, HttpMessageHandler network, ILoggerProvider log)
    {
        Process = process;
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(process);
        services.AddSingleton(cache);
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddVismaConnect(options => options.Clients["nxt"] = new VismaClientOptions
        {
            ClientId = "isv_acme",
            ClientSecret = "secret",
            RedirectUri = RedirectUri,
            GracePeriod = mode.Grace,
            Scopes = { "business-graphql-api:access-group-based", "offline_access" },
        }).ConfigureTokenRequests(http => http.AssumePrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() => network));
        _services = services.BuildServiceProvider();
        Tokens = _services.GetRequiredService<ITokenSource>();
    }

    public Process Process { get; }

    public ITokenSource Tokens { get; }

    /// <summary>A user consents, and the application gets the tokens.</summary>
    public async Task ConnectAsync(Connection connection)
    {
        VismaConnections connections = _services.GetRequiredService<VismaConnections>();
        AuthorizationRequest request = connections.Begin("nxt", connection.Key.Connection!);
        Uri callback = new($"{RedirectUri}?code={connection}&state={Uri.EscapeDataString(request.State)}&iss={Uri.EscapeDataString(request.Issuer ?? "")}");
        await connections.CompleteAsync(request, AuthorizationResponse.FromUri(callback));
    }
}

/// <summary>The way of the process that connects users: without faults.</summary>
internal sealed class ConsentNetwork(TokenServer server, Func<string, Connection> connectionOf) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string form = await request.Content!.ReadAsStringAsync(cancellationToken);
        string code = form.Split('&').Select(pair => pair.Split('=')).Single(pair => pair[0] == "code")[1];
        return new HttpResponseMessage { Content = new StringContent(server.Consent(connectionOf(code)), null, "application/json") };
    }
}

/// <summary>A logging provider that sometimes throws.</summary>
internal sealed class UnreliableLog(Journal journal, Dice dice, Process process) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => Throw(logLevel >= LogLevel.Debug);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Throw(true);

    public void Dispose()
    {
    }

    private bool Throw(bool result)
    {
        if (!journal.IsPeaceful && dice.Happens($"log {process}", 0.3))
        {
            journal.Count(Faults.Log);
            throw new IOException("No space left on device.");
        }

        return result;
    }
}
