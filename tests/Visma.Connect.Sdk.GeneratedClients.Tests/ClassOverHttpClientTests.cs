using System.Net;
using System.Net.Http.Json;
using Flurl.Http;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using RestSharp;
using Visma.Connect.Sdk.GeneratedClients.Grpc;
using Method = Microsoft.Kiota.Abstractions.Method;

namespace Visma.Connect.Sdk.GeneratedClients;

/// <summary>Libraries whose client takes an HttpClient: a class of the application takes the HttpClient, and makes the client.</summary>
public class ClassOverHttpClientTests
{
    public interface IErpClient
    {
        Task<string> GetCustomersAsync();

        Task<HttpStatusCode> CreateAsync(string name);
    }

    public sealed class RestSharpErp(HttpClient http) : IErpClient
    {
        private readonly RestClient _rest = new(http, new RestClientOptions { BaseUrl = http.BaseAddress });

        public async Task<string> GetCustomersAsync() => (await _rest.ExecuteGetAsync(new RestRequest("customer"))).Content!;

        public async Task<HttpStatusCode> CreateAsync(string name) =>
            (await _rest.ExecutePostAsync(new RestRequest("customer").AddJsonBody(new { name }))).StatusCode;
    }

    public sealed class FlurlErp(HttpClient http) : IErpClient
    {
        private readonly FlurlClient _flurl = new(http);

        public Task<string> GetCustomersAsync() => _flurl.Request("customer").GetStringAsync();

        public async Task<HttpStatusCode> CreateAsync(string name) =>
            (HttpStatusCode)(await _flurl.Request("customer").AllowAnyHttpStatus().PostJsonAsync(new { name })).StatusCode;
    }

    public sealed class KiotaErp(HttpClient http) : IErpClient
    {
        private readonly HttpClientRequestAdapter _adapter = new(new AnonymousAuthenticationProvider(), httpClient: http)
        {
            BaseUrl = http.BaseAddress!.AbsoluteUri.TrimEnd('/'),
        };

        public async Task<string> GetCustomersAsync()
        {
            Stream body = (await _adapter.SendPrimitiveAsync<Stream>(Request(Method.GET)))!;
            using StreamReader reader = new(body);
            return await reader.ReadToEndAsync();
        }

        public async Task<HttpStatusCode> CreateAsync(string name)
        {
            RequestInformation request = Request(Method.POST);
            request.SetStreamContent(new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{"name":"{{name}}"}""")), "application/json");
            await _adapter.SendNoContentAsync(request);
            return HttpStatusCode.Created;
        }

        private RequestInformation Request(Method method)
        {
            RequestInformation request = new() { HttpMethod = method, UrlTemplate = "{+baseurl}/customer" };
            request.PathParameters["baseurl"] = _adapter.BaseUrl!;
            return request;
        }
    }

    // Without a library.
    public sealed class PlainErp(HttpClient httpClient) : IErpClient
    {
        public async Task<string> GetCustomersAsync()
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri("customer", UriKind.RelativeOrAbsolute));
            using HttpResponseMessage response = await httpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return await response.Content.ReadAsStringAsync();
        }

        public async Task<HttpStatusCode> CreateAsync(string name)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri("customer", UriKind.RelativeOrAbsolute));
            byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { name });
            request.Content = new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } };
            using HttpResponseMessage response = await httpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return response.StatusCode;
        }
    }

    private static readonly Dictionary<string, Action<IServiceCollection>> Libraries = new()
    {
        ["RestSharp"] = services => services.AddHttpClient<IErpClient, RestSharpErp>().AddVismaToken(VismaApi.NetErp, client: "erp"),
        ["Flurl"] = services => services.AddHttpClient<IErpClient, FlurlErp>().AddVismaToken(VismaApi.NetErp, client: "erp"),
        ["Kiota"] = services => services.AddHttpClient<IErpClient, KiotaErp>().AddVismaToken(VismaApi.NetErp, client: "erp"),
        ["HttpClient"] = services => services.AddHttpClient<IErpClient, PlainErp>().AddVismaToken(VismaApi.NetErp, client: "erp"),
        ["standard resilience"] = services =>
            services.AddHttpClient<IErpClient, PlainErp>().AddVismaToken(VismaApi.NetErp, client: "erp").AddStandardResilienceHandler(),
        ["standard hedging"] = services =>
            services.AddHttpClient<IErpClient, PlainErp>().AddVismaToken(VismaApi.NetErp, client: "erp").AddStandardHedgingHandler(),
    };

    public static TheoryData<string> Names => [.. Libraries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Client_is_bound_to_a_company(string library)
    {
        await using Erp erp = await Erp.StartAsync(Libraries[library]);

        Assert.Contains("Acme AS", await erp.Bound<IErpClient>(erp.Acme).GetCustomersAsync(), StringComparison.Ordinal);
        Assert.Contains("Bond AS", await erp.Bound<IErpClient>(erp.Bond).GetCustomersAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Body_is_sent_again_after_a_rejected_token(string library)
    {
        await using Erp erp = await Erp.StartAsync(Libraries[library]);
        IErpClient client = erp.Bound<IErpClient>(erp.Acme);
        await client.GetCustomersAsync();
        erp.RejectNextToken();

        Assert.Equal(HttpStatusCode.Created, await client.CreateAsync("Cosine AS"));

        Assert.Equal(2, erp.Posted().Length);
        Assert.Single(erp.Posted().Distinct());
        Assert.Contains("Cosine AS", erp.Posted()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decorated_client_is_bound_to_a_company()
    {
        await using Erp erp = await Erp.StartAsync(services =>
        {
            Libraries["HttpClient"](services);
            services.Decorate<IErpClient, CountingErp>();
        });

        CountingErp counting = Assert.IsType<CountingErp>(erp.Bound<IErpClient>(erp.Bond));

        Assert.Contains("Bond AS", await counting.GetCustomersAsync(), StringComparison.Ordinal);
        Assert.Equal(1, counting.Calls);
    }

    public sealed class CountingErp(IErpClient inner) : IErpClient
    {
        public int Calls { get; private set; }

        public Task<string> GetCustomersAsync()
        {
            Calls++;
            return inner.GetCustomersAsync();
        }

        public Task<HttpStatusCode> CreateAsync(string name) => inner.CreateAsync(name);
    }

    // Business NXT's API is GraphQL: a POST to the address of the API itself.
    public sealed class NxtClient(HttpClient http)
    {
        public async Task<string> QueryAsync(string query)
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync("", new { query });
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Graphql_query_is_sent_again_after_a_rejected_token()
    {
        await using Erp erp = await Erp.StartAsync(services => services.AddHttpClient<NxtClient>().AddVismaToken(VismaApi.BusinessNxtService, client: "nxt"));
        NxtClient nxt = erp.Services.GetRequiredService<NxtClient>();
        await nxt.QueryAsync("{ availableCompanies { totalCount } }");
        erp.RejectNextToken(erp.Visma.BusinessNxtEndpoint);

        string answer = await nxt.QueryAsync("{ availableCompanies { totalCount } }");

        Assert.Contains("totalCount", answer, StringComparison.Ordinal);
        Assert.Equal(3, erp.Visma.BusinessNxtEndpoint.Requests.Count);
    }

    public sealed class GrpcErp(HttpClient http) : IDisposable
    {
        private readonly GrpcChannel _channel = GrpcChannel.ForAddress(http.BaseAddress!, new GrpcChannelOptions { HttpClient = http });

        public Customers.CustomersClient Customers => new(_channel);

        public void Dispose() => _channel.Dispose();
    }

    public sealed class CustomersService : Customers.CustomersBase
    {
        public override Task<Answer> Whoami(Question request, ServerCallContext context) =>
            Task.FromResult(new Answer { Authorization = context.RequestHeaders.GetValue("authorization") ?? "" });
    }

    [Fact]
    public async Task Grpc_calls_carry_the_token_of_a_company()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication server = builder.Build();
        server.MapGrpcService<CustomersService>();
        await server.StartAsync(Erp.Cancellation);
        Uri address = new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await using Erp erp = await Erp.StartAsync(
            services => services.AddHttpClient<GrpcErp>().AddVismaToken(new VismaApi("Customers", address), client: "erp"));

        using GrpcErp acme = erp.Bound<GrpcErp>(erp.Acme);
        using GrpcErp bond = erp.Bound<GrpcErp>(erp.Bond);
        string[] sent =
        [
            (await acme.Customers.WhoamiAsync(new Question(), cancellationToken: Erp.Cancellation)).Authorization,
            (await bond.Customers.WhoamiAsync(new Question(), cancellationToken: Erp.Cancellation)).Authorization,
        ];

        Assert.All(sent, authorization => Assert.StartsWith("Bearer ", authorization, StringComparison.Ordinal));
        Assert.NotEqual(sent[0], sent[1]);
    }
}
