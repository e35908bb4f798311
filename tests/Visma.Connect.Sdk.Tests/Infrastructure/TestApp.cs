using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// An application under test, through its front door: a client "erp" for companies and an HttpClient "erp" to the ERP, with a separate
/// FakeVisma and a clock that is set by hand.
/// </summary>
public sealed class TestApp : IAsyncDisposable
{
    public const string ReadScope = "vismanet_erp_service_api:read";
    public const string CreateScope = "vismanet_erp_service_api:create";

    private readonly ServiceProvider _provider;

    private TestApp(FakeVisma visma, ManualTime time, FakeClient client, LogCapture log, ServiceProvider provider)
    {
        Visma = visma;
        Time = time;
        Client = client;
        Log = log;
        _provider = provider;
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeClient Client { get; }

    public LogCapture Log { get; }

    public IServiceProvider Services => _provider;

    public ITokenSource Tokens => _provider.GetRequiredService<ITokenSource>();

    public HttpClient Erp => _provider.GetRequiredService<IHttpClientFactory>().CreateClient("erp");

    public FakeEndpoint TokenEndpoint => Visma.TokenEndpoint;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the application.</summary>
    /// <param name="client">Changes the client "erp".</param>
    /// <param name="services">Adds services before the library does.</param>
    /// <param name="http">Configures the HttpClient "erp" before <c>AddVismaToken</c>.</param>
    /// <param name="after">Configures the HttpClient "erp" after <c>AddVismaToken</c>.</param>
    public static async Task<TestApp> StartAsync(
        Action<VismaClientOptions>? client = null,
        Action<IServiceCollection>? services = null,
        Action<IHttpClientBuilder>? http = null,
        Action<IHttpClientBuilder>? after = null)
    {
        ManualTime time = new();
        FakeVisma visma = await FakeVisma.StartAsync(time, Cancellation);
        FakeClient registered = visma.AddClient("isv_acme_service", ReadScope, CreateScope);
        LogCapture log = new();
        ServiceCollection collection = new();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services?.Invoke(collection);
        collection.AddVismaConnect(options =>
        {
            VismaClientOptions erp = new() { ClientId = registered.ClientId, ClientSecret = registered.Secret, Scopes = { ReadScope, CreateScope } };
            client?.Invoke(erp);
            options.Clients["erp"] = erp;
            visma.Configure(options);
        });
        IHttpClientBuilder builder = collection.AddHttpClient("erp");
        http?.Invoke(builder);
        builder.AddVismaToken(VismaApi.NetErp, "erp");
        after?.Invoke(builder);
        return new TestApp(visma, time, registered, log, collection.BuildServiceProvider(validateScopes: true));
    }

    /// <summary>A company that has approved the application.</summary>
    public FakeCompany AddCompany(string name = "Acme AS", int customers = 3) => Visma.AddCompany(name, customers).Grant(Client);

    public static TokenKey KeyOf(FakeCompany company) => TokenKey.ForTenant("erp", company.TenantId);

    public ValueTask<AccessToken> GetTokenAsync(FakeCompany company, AccessToken? rejected = null)
    {
        ValueTask<AccessToken> token = Tokens.GetTokenAsync(KeyOf(company), rejected, Cancellation);
        return token.IsCompleted ? token : new ValueTask<AccessToken>(token.Soon($"a token for {company.Name}"));
    }

    /// <summary>Sends a request for a company through the HttpClient "erp".</summary>
    public Task<HttpResponseMessage> SendAsync(FakeCompany company, HttpMethod? method = null, string path = "customer", HttpContent? content = null) =>
        Erp.SendAsync(Request(company, method, path, content), Cancellation).Soon($"the answer of the ERP to {method ?? HttpMethod.Get} {path} for {company.Name}");

    public static HttpRequestMessage Request(FakeCompany company, HttpMethod? method = null, string path = "customer", HttpContent? content = null) =>
        new HttpRequestMessage(method ?? HttpMethod.Get, path) { Content = content }.SetTenant(company.TenantId);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync().Soon("the end of the container");
        SecretWatch.Check(Visma, Log);
        await Visma.DisposeAsync().Soon("the end of FakeVisma");
    }
}
