using System.Net;
using BenchmarkDotNet.Attributes;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>A call through HttpClient with a token in memory, compared with a handler that only sets a constant header.</summary>
public class WarmCall
{
    private static readonly Uri Address = new(VismaApi.NetErp.BaseAddress, "customer");

    private StubApi _api = null!;
    private BenchmarkApp _app = null!;
    private HttpClient _constant = null!;
    private HttpClient _byHand = null!;
    private HttpClient _library = null!;
    private string? _tenant;

    [Params(Transport.AtOnce, Transport.Later)]
    public Transport Response { get; set; }

    [ParamsAllValues]
    public TenantName Tenant { get; set; }

    [Params(900, 4000)]
    public int TokenLength { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _api = new StubApi(Response);
        _app = new BenchmarkApp(
            _api,
            TokenLength,
            others: [new ConstantHeaderHandler(new string('t', TokenLength)), new HandWrittenHandler(new string('t', TokenLength))]);
        string tenant = Guid.NewGuid().ToString();
        _tenant = Tenant == TenantName.SetTenant ? tenant : null;
        _constant = _app.HttpClient(nameof(ConstantHeaderHandler));
        _byHand = _app.HttpClient(nameof(HandWrittenHandler));
        _library = Tenant switch
        {
            TenantName.ForTenant => _app.Bound(tenant),
            TenantName.SetTenant => _app.HttpClient(BenchmarkApp.ForTenants),
            _ => _app.HttpClient(BenchmarkApp.WithoutTenant),
        };
        TokenKey key = Tenant == TenantName.None
            ? TokenKey.ForClient(BenchmarkApp.WithoutTenant)
            : TokenKey.ForTenant(BenchmarkApp.ForTenants, tenant);
        _app.Tokens.GetTokenAsync(key).AsTask().Wait();
    }

    [GlobalCleanup]
    public void Cleanup() => _app.Dispose();

    [Benchmark(Baseline = true)]
    public HttpStatusCode ConstantHeader() => Call(_constant);

    [Benchmark]
    public HttpStatusCode ByHand() => Call(_byHand);

    [Benchmark]
    public HttpStatusCode Library() => Call(_library);

    private HttpStatusCode Call(HttpClient client)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        if (_tenant is not null)
        {
            request.SetTenant(_tenant);
        }

        Task<HttpResponseMessage> sending = client.SendAsync(request);
        _api.Answer();
        using HttpResponseMessage response = sending.Result;
        return response.StatusCode;
    }
}
