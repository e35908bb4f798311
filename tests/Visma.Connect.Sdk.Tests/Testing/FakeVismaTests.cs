using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk.Tests.Testing;

// Applications rely on FakeVisma in their tests, so its own behaviour is tested here: with a plain HttpClient, without the library.
public class FakeVismaTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private FakeVisma _visma = null!;
    private FakeClient _client = null!;
    private FakeCompany _company = null!;

    private static CancellationToken Cancellation => TestApp.Cancellation;

    public async ValueTask InitializeAsync()
    {
        _visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        _client = _visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        _company = _visma.AddCompany("Acme AS", customers: 2).Grant(_client);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _visma.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Token_is_signed_by_the_published_key_and_has_the_documented_claims()
    {
        string token = await TokenAsync(_company.TenantId);
        JsonElement discovery = await _http.GetFromJsonAsync<JsonElement>(new Uri(_visma.Address, ".well-known/openid-configuration"), Cancellation);
        string keys = await _http.GetStringAsync(discovery.GetProperty("jwks_uri").GetString(), Cancellation);

        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
            ValidIssuer = discovery.GetProperty("issuer").GetString(),
            ValidAudience = _visma.NetErp.BaseAddress.AbsoluteUri,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        });

        Assert.True(result.IsValid, result.Exception?.ToString());
        Assert.Equal(_company.TenantId, result.Claims["tenant_id"]);
        Assert.Equal("isv_acme_service", result.Claims["client_id"]);
        JsonElement payload = JsonSerializer.Deserialize<JsonElement>(Base64UrlEncoder.Decode(token.Split('.')[1]));
        Assert.Equal(JsonValueKind.Array, payload.GetProperty("scope").ValueKind);
        Assert.Equal(3600, payload.GetProperty("exp").GetInt64() - payload.GetProperty("nbf").GetInt64());
        Assert.False(payload.TryGetProperty("sub", out _));
    }

    [Fact]
    public async Task Discovery_document_names_this_server_everywhere()
    {
        string document = await _http.GetStringAsync(new Uri(_visma.Address, ".well-known/openid-configuration"), Cancellation);

        Assert.DoesNotContain("connect.visma.com", document, StringComparison.Ordinal);
        Assert.Equal(_visma.VismaConnect.TokenEndpoint.AbsoluteUri, JsonDocument.Parse(document).RootElement.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task Api_serves_the_company_of_the_token_with_rate_limit_headers()
    {
        using HttpResponseMessage response = await CallAsync(await TokenAsync(_company.TenantId), "v1/customer");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetArrayLength());
        Assert.Equal("4-fixed-window", Assert.Single(response.Headers.GetValues("X-RateLimit-Policy")));
        Assert.NotEmpty(response.Headers.GetValues("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Customer_tenant_gets_a_token_and_the_api_answers_it_401()
    {
        string token = await TokenAsync(_company.CustomerTenantId);

        using HttpResponseMessage response = await CallAsync(token, "v1/account");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic bm9uc2Vuc2U=")]
    [InlineData(null)]
    public async Task Api_without_a_good_token_answers_401(string? authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_visma.Address, "v1/customer"));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Api_without_the_scope_answers_403()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_visma.Address, "v1/customer")) { Content = JsonContent.Create(new { name = "New" }) };
        request.Headers.Authorization = new("Bearer", await TokenAsync(_company.TenantId));

        using HttpResponseMessage response = await _http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Token_request_as_json_is_refused()
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(
            _visma.VismaConnect.TokenEndpoint,
            new { grant_type = "client_credentials", client_id = _client.ClientId, client_secret = _client.Secret },
            Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("invalid_request", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_can_be_rolled()
    {
        string old = _client.Secret;
        string next = _client.AddSecret();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(next)).StatusCode);

        _client.RemoveSecret(old);

        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(next)).StatusCode);
    }

    [Fact]
    public async Task Endpoint_counts_requests_and_fails_and_pauses_when_asked_to()
    {
        _visma.TokenEndpoint.AnswerNext(FakeReply.Drop);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(_client.Secret));
        using FakePause pause = _visma.TokenEndpoint.PauseNext();
        Task<HttpResponseMessage> paused = AskAsync(_client.Secret);
        await pause.Reached;

        Assert.False(paused.IsCompleted);
        pause.Release();
        Assert.Equal(HttpStatusCode.OK, (await paused).StatusCode);
        Assert.Equal(2, _visma.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Fixed_port_is_the_one_of_the_address_and_the_identity_server_of_eaccounting_has_the_next_one()
    {
        (FakeVisma visma, int port) = await StartOnFixedPortAsync();
        await using FakeVisma running = visma;

        Assert.Equal(port, visma.Address.Port);
        Assert.Equal(port + 1, visma.EAccountingIdentity.Authority.TokenEndpoint.Port);
        await Assert.ThrowsAsync<IOException>(() => FakeVisma.StartAsync(port, cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65535)]
    public async Task Port_without_a_next_one_is_refused(int port) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FakeVisma.StartAsync(port, cancellationToken: Cancellation));

    // Below the ports that the system gives to other servers.
    private static async Task<(FakeVisma Visma, int Port)> StartOnFixedPortAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = Random.Shared.Next(10_000, 30_000);
            try
            {
                return (await FakeVisma.StartAsync(port, cancellationToken: Cancellation), port);
            }
            catch (IOException) when (attempt < 20)
            {
                // Another program uses it.
            }
        }
    }

    private async Task<string> TokenAsync(string tenant)
    {
        using HttpResponseMessage response = await AskAsync(_client.Secret, tenant);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("access_token").GetString()!;
    }

    private Task<HttpResponseMessage> AskAsync(string secret, string? tenant = null)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = _client.ClientId,
            ["client_secret"] = secret,
            ["tenant_id"] = tenant ?? _company.TenantId,
        };
        return _http.PostAsync(_visma.VismaConnect.TokenEndpoint, new FormUrlEncodedContent(form), Cancellation);
    }

    private Task<HttpResponseMessage> CallAsync(string token, string path)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri(_visma.Address, path));
        request.Headers.Authorization = new("Bearer", token);
        return _http.SendAsync(request, Cancellation);
    }
}
