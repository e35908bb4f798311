using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http.Resilience;
using OpenTelemetry.Trace;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>Defaults of all HttpClients, as the service defaults of Aspire register them: before everything else, or after.</summary>
public class ServiceDefaultsTests
{
    public sealed class CustomersClient(HttpClient http)
    {
        public Task<string> GetCustomersAsync() => http.GetStringAsync("customer", Erp.Cancellation);

        public async Task<HttpStatusCode> CreateAsync(string body)
        {
            using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.PostAsync("customer", content, Erp.Cancellation);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_carries_one_token_of_its_company(bool isFirst)
    {
        await using Erp erp = await StartAsync(isFirst);

        Assert.Contains("Acme AS", await erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync(), StringComparison.Ordinal);
        Assert.Contains("Bond AS", await erp.Bound<CustomersClient>(erp.Bond).GetCustomersAsync(), StringComparison.Ordinal);

        Assert.Equal(2, Tokens(erp).Distinct().Count());
        Assert.Equal(2, erp.Visma.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejected_token_is_renewed_and_the_call_sent_once_more(bool isFirst)
    {
        await using Erp erp = await StartAsync(isFirst);
        CustomersClient customers = erp.Bound<CustomersClient>(erp.Acme);
        await customers.GetCustomersAsync();
        erp.RejectNextToken();

        Assert.Equal(HttpStatusCode.Created, await customers.CreateAsync("""{"name":"Cosine AS"}"""));

        Assert.Equal(["""{"name":"Cosine AS"}""", """{"name":"Cosine AS"}"""], erp.Posted());
        string[] tokens = Tokens(erp);
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[1], tokens[2]);
        Assert.Equal(2, erp.Visma.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Second_rejection_is_the_callers()
    {
        await using Erp erp = await StartAsync();
        CustomersClient customers = erp.Bound<CustomersClient>(erp.Acme);
        await customers.GetCustomersAsync();
        erp.RejectNextToken();
        erp.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.Unauthorized));

        Assert.Equal(HttpStatusCode.Unauthorized, await customers.CreateAsync("""{"name":"Cosine AS"}"""));

        Assert.Equal(2, erp.Posted().Length);
    }

    [Fact]
    public async Task Call_that_the_defaults_repeat_carries_one_token_each_time()
    {
        await using Erp erp = await StartAsync();
        erp.Visma.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.ServiceUnavailable));

        Assert.Contains("Acme AS", await erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync(), StringComparison.Ordinal);

        Assert.Equal(2, Tokens(erp).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_request_is_not_repeated_by_the_defaults(bool isFirst)
    {
        await using Erp erp = await StartAsync(isFirst, options => options.TokenRequests.Enabled = false);
        erp.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway));

        await Assert.ThrowsAsync<VismaConnectException>(() => erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync());

        Assert.Single(erp.Visma.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_in_the_logs_and_traces(bool isFirst)
    {
        await using Erp erp = await StartAsync(isFirst);
        using TracerProvider tracing = erp.Services.GetRequiredService<TracerProvider>();
        CustomersClient customers = erp.Bound<CustomersClient>(erp.Acme);
        await customers.GetCustomersAsync();
        erp.RejectNextToken();
        await customers.CreateAsync("""{"name":"Cosine AS"}""");

        string everything = string.Join('\n', erp.Services.GetRequiredService<TelemetryText>().Texts);
        Assert.Contains("Request Headers", everything, StringComparison.Ordinal);
        Assert.Contains("http.request.method", everything, StringComparison.Ordinal);
        Assert.NotEmpty(erp.Visma.Secrets);
        Assert.All(erp.Visma.Secrets, secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Host_that_resolves_to_a_foreign_one_gets_no_token_and_no_secret()
    {
        await using FakeVisma foreign = await FakeVisma.StartAsync(cancellationToken: Erp.Cancellation);
        await using Erp erp = await StartAsync(settings: ("Services:127.0.0.1:http:0", OriginOf(foreign)));

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync());
        await erp.Services.GetRequiredService<ITokenSource>().GetTokenAsync(TokenKey.ForTenant("erp", erp.Acme), Erp.Cancellation);

        Assert.StartsWith($"The request goes to {OriginOf(foreign)}, which is not an origin of API 'NetErp'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(foreign.NetErpEndpoint.Requests);
        Assert.Single(erp.Visma.TokenEndpoint.Requests);
        Assert.Empty(foreign.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Service_name_whose_endpoint_is_an_origin_of_the_api_gets_the_token()
    {
        await using FakeVisma gateway = await FakeVisma.StartAsync(cancellationToken: Erp.Cancellation);
        gateway.NetErpEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "[]"));
        VismaApi api = new("Gateway", new Uri("http://localhost/v1/")) { Origins = [new Uri(OriginOf(gateway))] };
        await using Erp erp = await StartAsync(api: api, settings: ("Services:localhost:http:0", OriginOf(gateway)));

        Assert.Equal("[]", await erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync());

        Assert.StartsWith("Bearer ", Assert.Single(gateway.NetErpEndpoint.Requests).Authorization, StringComparison.Ordinal);
    }

    // Service discovery writes the default port into an address that has no port.
    [Fact]
    public async Task Address_that_service_discovery_passes_through_is_still_the_apis()
    {
        NoServer server = new();
        VismaApi api = new("Customers", new Uri("https://customers.example/v1/"));
        await using Erp erp = await StartAsync(
            api: api,
            http: http => http.ConfigurePrimaryHttpMessageHandler(() => server).AssumePrimaryHandlerNeverRedirects());

        await erp.Bound<CustomersClient>(erp.Acme).GetCustomersAsync();

        Assert.Equal(("https://customers.example/v1/customer", "Bearer"), Assert.Single(server.Requests));
    }

    private static Task<Erp> StartAsync(
        bool isFirst = true,
        Action<VismaConnectOptions>? configure = null,
        VismaApi? api = null,
        Action<IHttpClientBuilder>? http = null,
        params (string Name, string Value)[] settings)
    {
        return Erp.StartAsync(
            services =>
            {
                services.Configure(configure ?? (_ => { }));
                IHttpClientBuilder builder = services.AddHttpClient<CustomersClient>().AddVismaToken(api ?? VismaApi.NetErp, client: "erp");
                http?.Invoke(builder);
                Register(services, !isFirst);
            },
            services => Register(services, isFirst));

        void Register(IServiceCollection services, bool isHere)
        {
            if (isHere)
            {
                services.AddSingleton<IConfiguration>(
                    new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(each => each.Name, each => (string?)each.Value)).Build());
                AddServiceDefaults(services);
            }
        }
    }

    private static void AddServiceDefaults(IServiceCollection services)
    {
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        // Its delays are of the system's clock.
        services.ConfigureAll<HttpStandardResilienceOptions>(options => options.Retry.Delay = TimeSpan.Zero);

        // Everything that IHttpClientFactory can log, headers included.
        services.ConfigureHttpClientDefaults(http => http.RedactLoggedHeaders(_ => false));
        TelemetryText.AddTo(services);
    }

    // One token each: a second one would follow a comma.
    private static string[] Tokens(Erp erp)
    {
        string[] tokens = [.. erp.Visma.NetErpEndpoint.Requests.Select(request => request.Authorization!)];
        Assert.All(tokens, token => Assert.Matches("^Bearer [^ ,]+$", token));
        return tokens;
    }

    private static string OriginOf(FakeVisma visma) => visma.Address.GetLeftPart(UriPartial.Authority);

    private sealed class NoServer : HttpMessageHandler
    {
        public List<(string Address, string? Scheme)> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.Scheme));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request });
        }
    }
}
