#pragma warning disable VISMA001 // The library still supports VNI.

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>An application with a client of each identity server, whose transport answers what the test wants.</summary>
public sealed class Application : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly Transport _transport = new();

    public Application()
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider, FixedTime>();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter("System.Net.Http", LogLevel.None).AddProvider(Log));
        services.AddVismaConnect(options =>
        {
            options.AllowConnectionsInMemory = true;
            options.AllowLegacyVni = true;
            // Repeats would wait, and read the same reply again.
            options.TokenRequests.Enabled = false;
            Add(options, "nxt", VismaAuthority.VismaConnect);
            Add(options, "eaccounting", VismaAuthority.EAccounting);
            Add(options, "vni", VismaAuthority.Vni);
        }).ConfigureTokenRequests(http => http.AssumePrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() => _transport));
        _provider = services.BuildServiceProvider();
        Connect = _provider.GetRequiredKeyedService<VismaConnectClient>("nxt");
        EAccounting = _provider.GetRequiredKeyedService<EAccountingIdentityClient>("eaccounting");
        Vni = _provider.GetRequiredKeyedService<VniClient>("vni");
    }

    public LogLines Log { get; } = new();

    public VismaConnectClient Connect { get; }

    public EAccountingIdentityClient EAccounting { get; }

    public VniClient Vni { get; }

    public VismaConnections Connections => _provider.GetRequiredService<VismaConnections>();

    /// <summary>What was sent last, with its form.</summary>
    public string LastBody => _transport.LastBody;

    public void Answer(string reply) => _transport.Answer = _ => RawReply.Parse(reply);

    public void Answer(Func<Uri, string> reply) => _transport.Answer = request => RawReply.Parse(reply(request.RequestUri!));

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static void Add(VismaConnectOptions options, string name, VismaAuthority authority) => options.Clients[name] = new VismaClientOptions
    {
        ClientId = Secrets.ClientId,
        ClientSecret = Secrets.ClientSecret,
        Authority = authority.Name,
        RedirectUri = "https://acme.example/callback",
        Scopes = { authority.Name == VismaAuthority.Vni.Name ? "financialstasks" : "ea:api", "offline_access" },
    };

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => StoredRequest.Now;
    }

    private sealed class Transport : HttpMessageHandler
    {
        public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.NotFound);

        public string LastBody { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastBody = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            HttpResponseMessage answer = Answer(request);
            answer.RequestMessage = request;
            return answer;
        }
    }
}
