using BenchmarkDotNet.Attributes;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>One client credentials request, compared with the same request written by hand. The token endpoint answers at once.</summary>
public class TokenRequests
{
    private readonly BenchmarkApp _app = new(new StubApi(Transport.AtOnce), tokenLength: 900);
    private readonly ClientCredentialsRequest _request = new() { Scopes = { BenchmarkApp.Scope } };
    private HttpClient _http = null!;
    private VismaConnectClient _client = null!;

    [GlobalSetup]
    public void Setup()
    {
        _http = _app.HttpClient(BenchmarkApp.TokenRequestsByHand);
        _client = _app.ConnectClient;
    }

    [GlobalCleanup]
    public void Cleanup() => _app.Dispose();

    [Benchmark(Baseline = true)]
    public async Task<string?> ByHand() => (await TokenRequestByHand.SendAsync(_http))?.AccessToken;

    [Benchmark]
    public async Task<string> Library() => (await _client.RequestClientCredentialsTokenAsync(_request)).AccessToken;
}
