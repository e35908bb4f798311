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

    /// <summary>Whether requests name a tenant. Both sides pay for it.</summary>
    [Params(false, true)]
    public bool SetTenant { get; set; }

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
        _tenant = SetTenant ? Guid.NewGuid().ToString() : null;
        _constant = _app.HttpClient(nameof(ConstantHeaderHandler));
        _byHand = _app.HttpClient(nameof(HandWrittenHandler));
        _library = _app.HttpClient(SetTenant ? BenchmarkApp.ForTenants : BenchmarkApp.WithoutTenant);
        TokenKey key = _tenant is null
            ? TokenKey.ForClient(BenchmarkApp.WithoutTenant)
            : TokenKey.ForTenant(BenchmarkApp.ForTenants, _tenant);
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
