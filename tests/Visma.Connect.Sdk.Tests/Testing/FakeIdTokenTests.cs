using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeIdTokenTests : UserTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Id_token_is_good(bool atVismaConnect)
    {
        App.Server = atVismaConnect ? Visma.Connect : Visma.EAccountingIdentity;

        JsonElement tokens = await App.ConnectAsync(("scope", "openid email profile ea:api"));

        string idToken = tokens.GetProperty("id_token").GetString()!;
        TokenValidationResult result = await ValidateAsync(idToken);
        Assert.True(result.IsValid, result.Exception?.ToString());
        JsonElement claims = Jwt.Payload(idToken);
        long now = App.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(App.User.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal("a nonce", claims.GetProperty("nonce").GetString());
        Assert.Equal("Kari Nordmann", claims.GetProperty("name").GetString());
        Assert.Equal("kari.nordmann@example.com", claims.GetProperty("email").GetString());
        Assert.Equal(now, claims.GetProperty("iat").GetInt64());
        Assert.Equal(now, claims.GetProperty("auth_time").GetInt64());
        Assert.NotEmpty(claims.GetProperty("sid").GetString()!);
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens.GetProperty("access_token").GetString()!));
        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), claims.GetProperty("at_hash").GetString());
    }

    [Fact]
    public async Task Refresh_brings_an_id_token_of_the_same_user_without_a_nonce()
    {
        JsonElement first = await App.ConnectAsync();
        App.Time.Advance(TimeSpan.FromMinutes(10));

        using HttpResponseMessage response = await App.RefreshAsync(first.GetProperty("refresh_token").GetString()!);

        JsonElement before = Jwt.Payload(first.GetProperty("id_token").GetString()!);
        JsonElement after = Jwt.Payload((await PlainApplication.TokensAsync(response)).GetProperty("id_token").GetString()!);
        foreach (string same in (string[])["iss", "sub", "aud", "auth_time", "sid"])
        {
            Assert.Equal(before.GetProperty(same).ToString(), after.GetProperty(same).ToString());
        }

        Assert.Equal(600, after.GetProperty("iat").GetInt64() - before.GetProperty("iat").GetInt64());
        Assert.False(after.TryGetProperty("nonce", out _));
    }

    [Fact]
    public async Task Without_openid_there_is_none()
    {
        JsonElement tokens = await App.ConnectAsync(("scope", "ea:api"));

        Assert.False(tokens.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task Claims_and_header_can_be_made_wrong()
    {
        App.Server.ChangeIdTokenClaims = claims =>
        {
            claims.Remove("sub");
            claims["nonce"] = "another";
        };
        App.Server.ChangeIdTokenHeader = header => header.Remove("kid");

        string idToken = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;

        Assert.False(Jwt.Payload(idToken).TryGetProperty("sub", out _));
        Assert.Equal("another", Jwt.Payload(idToken).GetProperty("nonce").GetString());
        Assert.False(Jwt.Header(idToken).TryGetProperty("kid", out _));
        Assert.True((await ValidateAsync(idToken)).IsValid);
    }

    [Fact]
    public async Task Signature_follows_the_algorithm()
    {
        string none = await IdTokenAsync("none");
        string hmac = await IdTokenAsync("HS256");
        string elliptic = await IdTokenAsync("ES256");
        string sha384 = await IdTokenAsync("RS384");

        Assert.EndsWith(".", none, StringComparison.Ordinal);
        string[] parts = hmac.Split('.');
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(App.Client.Secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal(Base64Url.EncodeToString(expected), parts[2]);
        Assert.Equal(64, Base64Url.DecodeFromChars(elliptic.Split('.')[2]).Length);
        TokenValidationResult[] results = await Task.WhenAll(ValidateAsync(none), ValidateAsync(hmac), ValidateAsync(elliptic), ValidateAsync(sha384));
        Assert.All(results, result => Assert.False(result.IsValid));
        Assert.True((await ValidateAsync(sha384, SecurityAlgorithms.RsaSha384)).IsValid);
    }

    [Fact]
    public async Task Signature_can_be_broken()
    {
        App.Server.BreakIdTokenSignature = true;

        string idToken = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;

        Assert.IsAssignableFrom<SecurityTokenInvalidSignatureException>((await ValidateAsync(idToken)).Exception);
    }

    [Fact]
    public async Task Rotated_key_is_the_only_one_that_is_published()
    {
        string before = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;

        App.Server.RotateSigningKey();

        string after = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;
        Assert.NotEqual(Jwt.Header(before).GetProperty("kid").GetString(), Jwt.Header(after).GetProperty("kid").GetString());
        Assert.False((await ValidateAsync(before)).IsValid);
        Assert.True((await ValidateAsync(after)).IsValid);
    }

    [Fact]
    public async Task Second_key_can_be_published_beside_the_one_that_signs()
    {
        App.Server.PublishesSecondKey = true;
        App.Server.ChangeIdTokenHeader = header => header.Remove("kid");

        string idToken = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;

        Assert.Equal(2, (await KeysAsync()).Keys.DistinctBy(key => key.N).Count());
        Assert.True((await ValidateAsync(idToken)).IsValid);
    }

    [Fact]
    public async Task Servers_have_keys_of_their_own()
    {
        string idToken = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;

        App.Server = Visma.EAccountingIdentity;

        Assert.NotEqual(Visma.Connect.Authority.Issuer, App.Server.Authority.Issuer);
        Assert.False((await ValidateAsync(idToken)).IsValid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Discovery_document_is_the_servers_own_and_can_be_changed(bool atVismaConnect)
    {
        App.Server = atVismaConnect ? Visma.Connect : Visma.EAccountingIdentity;
        App.Server.ChangeDiscovery = document => document["issuer"] = "https://evil.example";

        JsonObject document = (await App.Http.GetFromJsonAsync<JsonObject>(App.Server.Authority.DiscoveryEndpoint, Cancellation))!;

        Assert.Equal("https://evil.example", (string?)document["issuer"]);
        Assert.DoesNotContain(".com/", document.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(App.Server.Authority.TokenEndpoint.AbsoluteUri, (string?)document["token_endpoint"]);
        Assert.True((bool?)document["authorization_response_iss_parameter_supported"]);
        Assert.Single(App.Server.DiscoveryEndpoint.Requests);
    }

    [Fact]
    public async Task Userinfo_has_the_users_tenants_as_text_within_the_json()
    {
        string token = (await App.ConnectAsync()).GetProperty("access_token").GetString()!;
        Uri address = new(Visma.Address, "connect/userinfo");

        using HttpResponseMessage response = await App.GetAsync(address, token);

        JsonElement user = await PlainApplication.TokensAsync(response);
        Assert.Equal(App.User.Subject, user.GetProperty("sub").GetString());
        Assert.Equal("Kari Nordmann", user.GetProperty("name").GetString());
        JsonElement tenants = JsonSerializer.Deserialize<JsonElement>(user.GetProperty("tenants").GetString()!);
        Assert.Equal(App.Company.TenantId, tenants[0].GetProperty("tenant_id").GetString());
    }

    [Fact]
    public async Task Userinfo_can_be_changed_and_wants_a_token_for_openid()
    {
        App.Server.ChangeUserInfo = user => user["sub"] = "another";
        Uri address = new(Visma.Address, "connect/userinfo");

        using HttpResponseMessage changed = await App.GetAsync(address, (await App.ConnectAsync()).GetProperty("access_token").GetString());
        using HttpResponseMessage forbidden = await App.GetAsync(address, (await App.ConnectAsync(("scope", "ea:api"))).GetProperty("access_token").GetString());
        using HttpResponseMessage unknown = await App.GetAsync(address, "nonsense");

        Assert.Equal("another", (await PlainApplication.TokensAsync(changed)).GetProperty("sub").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Fact]
    public async Task Signing_out_leads_back_to_an_address_of_the_application()
    {
        string idToken = (await App.ConnectAsync()).GetProperty("id_token").GetString()!;
        string endSession = new Uri(Visma.Address, "connect/endsession").AbsoluteUri + "?id_token_hint=" + idToken + "&state=a&post_logout_redirect_uri=";

        using HttpResponseMessage good = await App.Http.GetAsync(new Uri(endSession + Uri.EscapeDataString(PlainApplication.RedirectUri)), Cancellation);
        using HttpResponseMessage bad = await App.Http.GetAsync(new Uri(endSession + "https://evil.example"), Cancellation);

        Assert.Equal(PlainApplication.RedirectUri + "&state=a", good.Headers.Location!.AbsoluteUri);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    private async Task<string> IdTokenAsync(string algorithm)
    {
        App.Server.ChangeIdTokenHeader = header => header["alg"] = algorithm;
        return (await App.ConnectAsync()).GetProperty("id_token").GetString()!;
    }

    private async Task<JsonWebKeySet> KeysAsync() =>
        new(await App.Http.GetStringAsync(new Uri(App.Server.Authority.Issuer + "/.well-known/openid-configuration/jwks"), Cancellation));

    private async Task<TokenValidationResult> ValidateAsync(string idToken, string algorithm = SecurityAlgorithms.RsaSha256) => await new JsonWebTokenHandler().ValidateTokenAsync(idToken, new TokenValidationParameters
    {
        IssuerSigningKeys = (await KeysAsync()).GetSigningKeys(),
        ValidIssuer = App.Server.Authority.Issuer,
        ValidAudience = App.Client.ClientId,
        ValidAlgorithms = [algorithm],
        LifetimeValidator = (_, expires, _, _) => expires > App.Time.GetUtcNow(),
    });
}
