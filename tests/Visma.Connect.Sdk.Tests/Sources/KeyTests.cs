using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Sources;

public class KeyTests
{
    [Fact]
    public async Task Missing_key_is_told_before_anything_is_sent()
    {
        await using TestApp app = await TestApp.StartAsync();

        await Assert.ThrowsAsync<ArgumentNullException>(async () => await app.Tokens.GetTokenAsync(null!, TestApp.Cancellation));

        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public void Tenant_and_connection_of_one_name_are_two_keys()
    {
        TokenKey tenant = TokenKey.ForTenant("erp", "acme");
        TokenKey connection = TokenKey.ForConnection("erp", "acme");

        Assert.NotEqual(tenant, connection);
        Assert.NotEqual(tenant.WithScopes("connection"), connection);
        Assert.Equal(TokenKey.ForConnection("ERP", "acme"), connection);
        Assert.NotEqual(TokenKey.ForConnection("erp", "Acme"), connection);
        Assert.Equal(("acme", null, 0), (connection.Connection, connection.TenantId, connection.Scopes.Count));
        Assert.Equal((null, "acme", 0), (tenant.Connection, tenant.TenantId, tenant.Scopes.Count));
        Assert.Throws<InvalidOperationException>(() => connection.WithScopes("a"));
    }

    [Fact]
    public async Task Unknown_client_is_told_with_those_that_exist_before_anything_is_sent()
    {
        await using TestApp app = await TestApp.StartAsync();

        InvalidOperationException error = await AskAsync(app, TokenKey.ForTenant("epr", "a1b2"));

        Assert.Contains("'epr'", error.Message, StringComparison.Ordinal);
        Assert.Contains("erp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenant_where_the_client_has_none_is_told_before_anything_is_sent()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TenantUse = TenantUse.None);

        InvalidOperationException error = await AskAsync(app, TokenKey.ForTenant("erp", "a1b2"));

        Assert.Contains("TokenKey.ForClient", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_tenant_where_the_client_needs_one_is_told_before_anything_is_sent()
    {
        await using TestApp app = await TestApp.StartAsync();

        InvalidOperationException error = await AskAsync(app, TokenKey.ForClient("erp"));

        Assert.Contains("SetTenant", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TenantUse.Optional)]
    [InlineData(TenantUse.None)]
    public async Task Client_with_a_default_tenant_or_none_gets_tokens_without_tenant(TenantUse tenant)
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TenantUse = tenant);

        await app.Tokens.GetTokenAsync(TokenKey.ForClient("erp"), TestApp.Cancellation).Soon();

        Assert.False(app.TokenEndpoint.Requests.Single().Form.ContainsKey("tenant_id"));
    }

    [Fact]
    public async Task Wrong_settings_are_told_at_first_use_when_no_host_checks_them_at_start()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.ClientId = null);

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Contains("VismaConnect:Clients:erp:ClientId is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_of_a_key_replace_those_of_the_client_in_a_token_of_its_own()
    {
        await using TestApp app = await TestApp.StartAsync();
        TokenKey key = TestApp.KeyOf(app.AddCompany());

        AccessToken full = await app.Tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();
        AccessToken reading = await app.Tokens.GetTokenAsync(key.WithScopes(TestApp.ReadScope), TestApp.Cancellation).Soon();

        Assert.NotEqual(full.Value, reading.Value);
        Assert.Equal(TestApp.ReadScope, app.TokenEndpoint.Requests[1].Form["scope"]);
    }

    [Fact]
    public void Keys_are_equal_when_they_ask_for_the_same_token()
    {
        TokenKey key = TokenKey.ForTenant("erp", "a1b2").WithScopes("b", "a");

        Assert.Equal(key, TokenKey.ForTenant("ERP", "a1b2").WithScopes("a", "b", "a"));
        Assert.Equal(key.GetHashCode(), TokenKey.ForTenant("ERP", "a1b2").WithScopes("a", "b").GetHashCode());
        Assert.True(key == TokenKey.ForTenant("erp", "a1b2").WithScopes("a", "b"));
        Assert.True(key != TokenKey.ForTenant("erp", "A1B2").WithScopes("a", "b"));
        Assert.True(key != TokenKey.ForTenant("erp", "a1b2"));
        Assert.True(TokenKey.ForTenant("erp", "a1b2") != TokenKey.ForClient("erp"));
        Assert.Equal(TokenKey.ForClient("erp").WithScopes([]), TokenKey.ForClient("erp"));
        Assert.Equal("client 'erp', tenant 'a1b2', scopes 'a b'", key.ToString());
    }

    [Fact]
    public void Key_shows_no_line_breaks_and_takes_no_missing_scope()
    {
        Assert.DoesNotContain('\n', TokenKey.ForTenant("erp", "a\r\nforged line").ToString());
        Assert.Throws<ArgumentException>(() => TokenKey.ForClient("erp").WithScopes([null!]));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("å")]
    public void Scope_of_a_key_is_one_word_of_the_grammar(string scope) =>
        Assert.Throws<ArgumentException>(() => TokenKey.ForClient("erp").WithScopes(scope));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Key_without_client_or_tenant_cannot_be_made(string? name)
    {
        Assert.ThrowsAny<ArgumentException>(() => TokenKey.ForClient(name!));
        Assert.ThrowsAny<ArgumentException>(() => TokenKey.ForTenant("erp", name!));
    }

    // Each value that changes the token is part of its key.
    [Fact]
    public async Task Token_of_one_key_never_answers_another_key()
    {
        await using TestApp app = await TestApp.StartAsync(
            client => client.TenantUse = TenantUse.Optional,
            services => services.AddVismaConnect(options => options.Clients["other"] = new VismaClientOptions
            {
                ClientId = "isv_other",
                ClientSecret = "other-secret",
                TenantUse = TenantUse.Optional,
            }));
        app.TokenEndpoint.Script = request => FakeReply.Status(
            System.Net.HttpStatusCode.OK,
            $$"""{"access_token":"{{Fingerprint(request.Form["client_id"], request.Form.GetValueOrDefault("tenant_id"), request.Form.GetValueOrDefault("scope"))}}","token_type":"Bearer","expires_in":3600}""");
        string ownScopes = $"{TestApp.ReadScope} {TestApp.CreateScope}";

        Gen<(string Client, string? Tenant, string[] Scopes)> keys =
            from client in Gen.Elements("erp", "other")
            from tenant in Gen.Elements(null, "a", "b", "ab", "A")
            from scopes in Gen.Elements<string[]>([], ["a"], ["b"], ["a", "b"], ["ab"])
            select (client, tenant, scopes);
        Prop.ForAll(keys.ListOf(20).ToArbitrary(), list =>
        {
            foreach ((string client, string? tenant, string[] scopes) in list)
            {
                TokenKey key = (tenant is null ? TokenKey.ForClient(client) : TokenKey.ForTenant(client, tenant)).WithScopes(scopes);
                string expected = Fingerprint(
                    client == "erp" ? app.Client.ClientId : "isv_other",
                    tenant,
                    scopes.Length > 0 ? string.Join(' ', scopes) : client == "erp" ? ownScopes : null);
                Assert.Equal(expected, app.Tokens.GetTokenAsync(key, TestApp.Cancellation).Soon().Result.Value);
            }
        }).QuickCheckThrowOnFailure();

        Assert.InRange(app.TokenEndpoint.Requests.Count, 2, 2 * 5 * 5);
    }

    private static string Fingerprint(string clientId, string? tenant, string? scope) =>
        Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"{clientId}|{tenant ?? "-"}|{scope ?? "-"}"));

    private static async Task<InvalidOperationException> AskAsync(TestApp app, TokenKey key)
    {
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await app.Tokens.GetTokenAsync(key, TestApp.Cancellation).Soon());
        Assert.Empty(app.TokenEndpoint.Requests);
        return error;
    }
}
