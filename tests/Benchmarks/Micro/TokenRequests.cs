using BenchmarkDotNet.Attributes;
using Duende.IdentityModel.Client;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>
/// One client credentials request, compared with the same request written by hand, and with the client of Duende.IdentityModel. The token endpoint answers
/// at once.
/// </summary>
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
    public async Task<string?> IdentityModel()
    {
        using ClientCredentialsTokenRequest request = new()
        {
            RequestUri = VismaAuthority.VismaConnect.TokenEndpoint,
            ClientId = "isv_acme",
            ClientSecret = "s",
            ClientCredentialStyle = ClientCredentialStyle.PostBody,
            Scope = BenchmarkApp.Scope,
        };
        return (await _http.RequestClientCredentialsTokenAsync(request)).AccessToken;
    }

    [Benchmark]
    public async Task<string> Library() => (await _client.RequestClientCredentialsTokenAsync(_request)).AccessToken;
}
