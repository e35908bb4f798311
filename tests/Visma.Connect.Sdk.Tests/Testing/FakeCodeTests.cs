using System.Net;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeCodeTests : UserTests
{
    [Fact]
    public async Task Code_brings_the_tokens_in_the_documented_order()
    {
        JsonElement tokens = await App.ConnectAsync();

        Assert.Equal(
            ["access_token", "expires_in", "token_type", "scope", "refresh_token", "id_token"],
            tokens.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Bearer", tokens.GetProperty("token_type").GetString());
        JsonElement claims = Jwt.Payload(tokens.GetProperty("access_token").GetString()!);
        Assert.Equal(App.User.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal(App.Company.TenantId, claims.GetProperty("tenant_id").GetString());
        Assert.Equal(Visma.NetErp.BaseAddress.AbsoluteUri, claims.GetProperty("aud")[0].GetString());
        Assert.Equal(App.Time.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task Token_of_a_user_opens_the_api_and_takes_no_company_header()
    {
        string token = (await App.ConnectAsync()).GetProperty("access_token").GetString()!;
        Uri customers = new(Visma.NetErp.BaseAddress, "customer");

        using HttpResponseMessage good = await App.GetAsync(customers, token);
        using HttpResponseMessage withHeader = await App.GetAsync(customers, token, ("ipp-company-id", "1"));

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, withHeader.StatusCode);
    }

    [Fact]
    public async Task Code_that_comes_a_second_time_is_refused_and_ends_the_grant()
    {
        string code = await App.SignInAsync();
        using HttpResponseMessage first = await App.RedeemAsync(code);
        JsonElement tokens = await PlainApplication.TokensAsync(first);

        using HttpResponseMessage second = await App.RedeemAsync(code);

        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(second));
        Assert.Null(await App.SuccessorAsync(tokens.GetProperty("refresh_token").GetString()!));
        using HttpResponseMessage api = await App.GetAsync(new Uri(Visma.NetErp.BaseAddress, "customer"), tokens.GetProperty("access_token").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    [Theory]
    [InlineData("code_verifier", "another-verifier-of-at-least-forty-three-chars")]
    [InlineData("code_verifier", null)]
    [InlineData("redirect_uri", "https://app.example/callback")]
    [InlineData("redirect_uri", null)]
    [InlineData("code", "nonsense")]
    [InlineData("code", null)]
    public async Task Code_is_bound_to_its_request(string field, string? value)
    {
        string code = await App.SignInAsync();

        using HttpResponseMessage response = await App.RedeemAsync(code, (field, value));

        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(response));
    }

    [Fact]
    public async Task Verifier_without_a_challenge_is_refused()
    {
        string code = await App.SignInAsync(("code_challenge", null), ("code_challenge_method", null));

        using HttpResponseMessage with = await App.RedeemAsync(code);
        using HttpResponseMessage without = await App.RedeemAsync(code, ("code_verifier", null));

        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(with));
        Assert.Equal(HttpStatusCode.OK, without.StatusCode);
    }

    [Fact]
    public async Task Code_of_another_client_is_refused()
    {
        FakeClient other = Visma.AddClient("isv_other");
        string code = await App.SignInAsync();

        using HttpResponseMessage response = await App.RedeemAsync(code, ("client_id", other.ClientId), ("client_secret", other.Secret));

        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(response));
    }

    [Fact]
    public async Task Code_lives_five_minutes()
    {
        string early = await App.SignInAsync();
        string late = await App.SignInAsync();

        App.Time.Advance(TimeSpan.FromSeconds(299));
        using HttpResponseMessage good = await App.RedeemAsync(early);
        App.Time.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage expired = await App.RedeemAsync(late);

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal("invalid_grant", await PlainApplication.ErrorAsync(expired));
    }

    [Fact]
    public async Task Public_client_has_no_secret_and_must_use_pkce()
    {
        App.Client.IsPublic = true;
        FakeCallback refused = await Visma.SignInAsync(
            App.AuthorizationUrl(("code_challenge", null), ("code_challenge_method", null)), App.User, cancellationToken: Cancellation);
        Assert.Equal("invalid_request", PlainApplication.ParametersOf(refused)["error"]);

        string? refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString();

        Assert.NotNull(await App.SuccessorAsync(refreshToken!));
        using HttpResponseMessage withSecret = await App.AskAsync([("grant_type", "refresh_token"), ("client_secret", App.Client.Secret)]);
        Assert.Equal("invalid_client", await PlainApplication.ErrorAsync(withSecret));
    }

    [Fact]
    public async Task User_without_the_role_API_User_is_answered_invalid_tenant()
    {
        App.User.WithoutApiUserRole(App.Company);

        using HttpResponseMessage response = await App.RedeemAsync(await App.SignInAsync());
        using HttpResponseMessage otherApi = await App.RedeemAsync(await App.SignInAsync(("scope", "dineropublicapi:read")));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_tenant", await PlainApplication.ErrorAsync(response));
        Assert.Equal(HttpStatusCode.OK, otherApi.StatusCode);
    }

    [Theory]
    [InlineData("openid vismanet_erp_interactive_api:read", true)]
    [InlineData("openid offline_access", false)]
    public async Task Refresh_token_needs_the_scope_and_the_portals_switch(string scope, bool offlineAccess)
    {
        App.Client.OfflineAccess = offlineAccess;

        JsonElement tokens = await App.ConnectAsync(("scope", scope));

        Assert.False(tokens.TryGetProperty("refresh_token", out _));
        Assert.DoesNotContain("offline_access", tokens.GetProperty("scope").GetString(), StringComparison.Ordinal);
    }
}
