using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using BenchmarkDotNet.Attributes;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>Warm calls for 10,000 tenants in random order, over a handler with a dictionary of headers; both sides name the tenant.</summary>
public class ManyTenants
{
    private const int Tenants = 10_000;
    private const int TokenLength = 900;

    private static readonly Uri Address = new(VismaApi.NetErp.BaseAddress, "customer");

    private readonly string[] _tenants = [.. Enumerable.Range(0, Tenants).Select(_ => Guid.NewGuid().ToString())];
    private BenchmarkApp _app = null!;
    private HttpClient _dictionary = null!;
    private HttpClient _library = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        ConcurrentDictionary<string, AuthenticationHeaderValue> headers = new();
        _app = new BenchmarkApp(new StubApi(Transport.AtOnce), TokenLength, others: [new DictionaryHandler(headers)]);
        foreach (string tenant in _tenants)
        {
            // A copy of the name, because each request has its string.
            headers[new string(tenant.AsSpan())] = new AuthenticationHeaderValue("Bearer", new string('t', TokenLength));
            _app.Tokens.GetTokenAsync(TokenKey.ForTenant(BenchmarkApp.ForTenants, new string(tenant.AsSpan()))).AsTask().Wait();
        }

        _dictionary = _app.HttpClient(nameof(DictionaryHandler));
        _library = _app.HttpClient(BenchmarkApp.ForTenants);
        new Random(1).Shuffle(_tenants);
    }

    [GlobalCleanup]
    public void Cleanup() => _app.Dispose();

    [Benchmark(Baseline = true)]
    public HttpStatusCode Dictionary()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        request.Options.Set(DictionaryHandler.Tenant, NextTenant());
        using HttpResponseMessage response = _dictionary.SendAsync(request).Result;
        return response.StatusCode;
    }

    [Benchmark]
    public HttpStatusCode Library()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Address);
        request.SetTenant(NextTenant());
        using HttpResponseMessage response = _library.SendAsync(request).Result;
        return response.StatusCode;
    }

    private string NextTenant()
    {
        _next = _next + 1 == Tenants ? 0 : _next + 1;
        return _tenants[_next];
    }
}
