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
