#pragma warning disable VISMA001 // The library still supports VNI.

using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Wire;

// The protocol message by message, without a container, a cache or a retry.
public class TypedClientTests
{
    private const string RedirectUri = "https://acme.example/callback";

    [Fact]
    public async Task Code_is_exchanged_renewed_and_revoked_at_visma_connect()
    {
        await using Server server = await Server.StartAsync("openid", "offline_access", "a");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        AuthorizationRequest request = client.CreateAuthorizationRequest();

        TokenResponse first = await client.ExchangeCodeAsync(request, await server.AnswerAsync(request), TestApp.Cancellation);
        TokenResponse second = await client.RefreshAsync(first.RefreshToken!, TestApp.Cancellation);
        await client.RevokeAsync(second.RefreshToken!, TestApp.Cancellation);
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.RefreshAsync(second.RefreshToken!, TestApp.Cancellation));

        Assert.Equal(["openid", "offline_access", "a"], first.Scopes);
        Assert.Equal(TimeSpan.FromHours(1), first.ExpiresIn);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.Equal("invalid_grant", error.Error);
        FakeRequest exchange = server.Visma.TokenEndpoint.Requests[0];
        Assert.Equal(["client_id", "client_secret", "code", "code_verifier", "grant_type", "redirect_uri"], exchange.Form.Keys.Order());
        Assert.Equal((RedirectUri, request.CodeVerifier), (exchange.Form["redirect_uri"], exchange.Form["code_verifier"]));
        Assert.Equal(["client_id", "client_secret", "grant_type", "refresh_token"], server.Visma.TokenEndpoint.Requests[1].Form.Keys.Order());
        Assert.StartsWith("Basic ", server.Visma.Connect.RevocationEndpoint.Requests.Single().Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eaccounting_is_asked_by_basic_throughout()
    {
        await using Server server = await Server.StartAsync("ea:api", "offline_access");
        using EAccountingIdentityClient client = new(server.Options, server.Visma.EAccountingIdentity.Authority, server.Time);
        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { SelectCompany = true });

        TokenResponse first = await client.ExchangeCodeAsync(request, await server.AnswerAsync(request), TestApp.Cancellation);
        TokenResponse second = await client.RefreshAsync(first.RefreshToken!, TestApp.Cancellation);
        await client.RevokeAccessTokenAsync(second.AccessToken, TestApp.Cancellation);
        await client.RevokeAsync(second.RefreshToken!, TestApp.Cancellation);

        string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{server.Client.ClientId}:{WebUtility.UrlEncode(server.Client.Secret)}"));
        FakeIdentityServer identity = server.Visma.EAccountingIdentity;
        Assert.All(identity.TokenEndpoint.Requests.Concat(identity.RevocationEndpoint.Requests), sent => Assert.Equal(basic, sent.Authorization));
        Assert.All(identity.TokenEndpoint.Requests, sent => Assert.False(sent.Form.ContainsKey("client_secret") || sent.Form.ContainsKey("client_id")));
        Assert.Equal(["access_token", "refresh_token"], identity.RevocationEndpoint.Requests.Select(sent => sent.Form["token_type_hint"]));
        Assert.Empty(server.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Eaccounting_has_id_tokens_user_info_and_the_end_of_a_session()
    {
        await using Server server = await Server.StartAsync("openid", "email", "profile", "ea:api", "offline_access");
        using EAccountingIdentityClient client = new(server.Options, server.Visma.EAccountingIdentity.Authority, server.Time);
        AuthorizationRequest request = client.CreateAuthorizationRequest();

        TokenResponse tokens = await client.ExchangeCodeAsync(request, await server.AnswerAsync(request), TestApp.Cancellation);
        IdToken idToken = await client.ValidateIdTokenAsync(tokens.IdToken!, request.Nonce, TestApp.Cancellation);
        UserInfo info = await client.GetUserInfoAsync(tokens.AccessToken, idToken.Subject, TestApp.Cancellation);
        VismaConnectException wrongNonce = await Assert.ThrowsAsync<VismaConnectException>(() => client.ValidateIdTokenAsync(tokens.IdToken!, "another", TestApp.Cancellation));
        VismaConnectException wrongUser = await Assert.ThrowsAsync<VismaConnectException>(() => client.GetUserInfoAsync(tokens.AccessToken, "another", TestApp.Cancellation));

        FakeIdentityServer identity = server.Visma.EAccountingIdentity;
        Assert.Equal((server.User.Subject, identity.Authority.Issuer), (idToken.Subject, idToken.Issuer));
        Assert.Equal((server.User.Subject, server.User.Name, server.User.Email), (info.Subject, info.Name, info.Email));
        Assert.All(identity.UserInfoEndpoint.Requests, sent => Assert.Equal($"Bearer {tokens.AccessToken}", sent.Authorization));
        Assert.Contains("its 'nonce' is not the one that was sent", wrongNonce.Message, StringComparison.Ordinal);
        Assert.Contains("is about another user", wrongUser.Message, StringComparison.Ordinal);
        Assert.Equal(
            $"{identity.Authority.Issuer}/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(RedirectUri)}",
            client.CreateEndSessionUrl(tokens.IdToken, RedirectUri).AbsoluteUri);
        Assert.Empty(server.Visma.Connect.UserInfoEndpoint.Requests);
    }

    [Fact]
    public async Task Message_that_fails_is_sent_once()
    {
        await using Server server = await Server.StartAsync("a", "offline_access");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        server.Visma.TokenEndpoint.AnswerNext(FakeReply.Drop, times: 2);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.RefreshAsync("r3fresh", TestApp.Cancellation));

        Assert.True(error.IsTransient);
        Assert.Single(server.Visma.TokenEndpoint.Requests);
        Assert.DoesNotContain("r3fresh", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Empty_token_is_not_sent(string token)
    {
        using VismaConnectClient client = new(new VismaClientOptions { ClientId = "a", ClientSecret = "b" });

        await Assert.ThrowsAsync<ArgumentException>(() => client.RefreshAsync(token, TestApp.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.RevokeAsync(token, TestApp.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetUserInfoAsync(token, cancellationToken: TestApp.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ValidateIdTokenAsync(token, cancellationToken: TestApp.Cancellation));
    }

    [Fact]
    public async Task Server_that_is_too_busy_to_revoke_says_when_to_come_again()
    {
        await using Server server = await Server.StartAsync("a", "offline_access");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        server.Visma.Connect.RevocationEndpoint.AnswerNext(FakeReply.Busy("60"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.RevokeAsync("r3fresh", TestApp.Cancellation));
        await client.RevokeAsync("unknown", TestApp.Cancellation);

        Assert.Equal((true, TimeSpan.FromSeconds(60)), (error.IsTransient, error.RetryAfter));
    }

    [Fact]
    public async Task Tenants_are_read_though_they_are_json_within_a_text()
    {
        await using Server server = await Server.StartAsync("openid", "tenants");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        server.Visma.Connect.ChangeUserInfo = claims =>
        {
            claims["address"] = "Karl Johans gate 1";
            claims["roles"] = new System.Text.Json.Nodes.JsonArray("admin");
        };

        UserInfo info = await client.GetUserInfoAsync(await server.TokenAsync(client), server.User.Subject, TestApp.Cancellation);

        Assert.Equal(JsonValueKind.String, info.Claims.GetProperty("tenants").ValueKind);
        Assert.Equal(server.Company.TenantId, info.GetJson("tenants")!.Value[0].GetProperty("tenant_id").GetString());
        Assert.Equal("Karl Johans gate 1", info.GetJson("address")!.Value.GetString());
        Assert.Equal("admin", info.GetJson("roles")!.Value[0].GetString());
        Assert.Null(info.GetJson("nothing"));
        Assert.Equal((null, null, "user info"), (info.Email, info.Name, info.ToString()));
    }

    public static TheoryData<HttpStatusCode, string, string> BadUserInfo => new()
    {
        { HttpStatusCode.OK, "", "not a JSON object" },
        { HttpStatusCode.OK, "OK", "not a JSON object" },
        { HttpStatusCode.OK, """["sub"]""", "not a JSON object" },
        { HttpStatusCode.OK, """{"sub":"a","sub":"b"}""", "not a JSON object" },
        { HttpStatusCode.OK, """{"sub":"a" """, "not a JSON object" },
        { HttpStatusCode.OK, """{"s\ud800ub":"a"}""", "not a JSON object" },
        { HttpStatusCode.OK, """{"sub":"a"}""".PadRight((1024 * 1024) + 1), "not a JSON object" },
        { HttpStatusCode.OK, "{}", "names no user: it has no 'sub'" },
        { HttpStatusCode.OK, """{"sub":""}""", "names no user" },
        { HttpStatusCode.OK, """{"sub":1}""", "names no user" },
        { HttpStatusCode.OK, """{"sub":"\ud800"}""", "names no user" },
        { HttpStatusCode.OK, """{"sub":"A-SUBJECT"}""", "is about another user" },
        { HttpStatusCode.Unauthorized, "", "the token is not, or no longer, accepted" },
        { HttpStatusCode.Forbidden, "", "no OAuth error in the reply" },
        { HttpStatusCode.Redirect, "", "a redirect, which is never followed" },
    };

    [Theory]
    [MemberData(nameof(BadUserInfo))]
    public async Task Bad_user_info_is_refused(HttpStatusCode status, string body, string expected)
    {
        await using Server server = await Server.StartAsync("openid");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        server.Visma.Connect.UserInfoEndpoint.AnswerNext(FakeReply.Status(status, body));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.GetUserInfoAsync("t0ken", "a-subject", TestApp.Cancellation));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("A-SUBJECT", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_session_url_hints_at_the_user_or_names_the_client()
    {
        await using Server server = await Server.StartAsync("openid");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);

        Uri hinted = client.CreateEndSessionUrl("a.b.c", "https://acme.example/out?x=1&y=å", "s t");
        Uri bare = client.CreateEndSessionUrl();

        Assert.Equal(
            $"{server.Visma.Address}connect/endsession?id_token_hint=a.b.c&post_logout_redirect_uri=https%3A%2F%2Facme.example%2Fout%3Fx%3D1%26y%3D%C3%A5&state=s%20t",
            hinted.AbsoluteUri);
        Assert.Equal($"{server.Visma.Address}connect/endsession?client_id=isv_acme_web", bare.AbsoluteUri);
    }

    [Fact]
    public async Task Id_token_is_checked_with_its_nonce()
    {
        await using Server server = await Server.StartAsync("openid");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        AuthorizationRequest request = client.CreateAuthorizationRequest();
        TokenResponse tokens = await client.ExchangeCodeAsync(request, await server.AnswerAsync(request), TestApp.Cancellation);

        IdToken idToken = await client.ValidateIdTokenAsync(tokens.IdToken!, request.Nonce, TestApp.Cancellation);
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.ValidateIdTokenAsync(tokens.IdToken!, "another", TestApp.Cancellation));

        Assert.Equal((server.User.Subject, server.Visma.VismaConnect.Issuer, "id token"), (idToken.Subject, idToken.Issuer, idToken.ToString()));
        Assert.NotEmpty(idToken.SessionId!);
        Assert.Equal(server.Client.ClientId, idToken.Claims.GetProperty("aud").GetString());
        Assert.Contains("its 'nonce' is not the one that was sent", error.Message, StringComparison.Ordinal);
        server.Time.Advance(TimeSpan.FromMinutes(10));
        await Assert.ThrowsAsync<VismaConnectException>(() => client.ValidateIdTokenAsync(tokens.IdToken!, request.Nonce, TestApp.Cancellation));
    }

    [Fact]
    public async Task Cancellation_while_the_keys_are_fetched_is_a_cancellation_and_the_code_is_not_sent()
    {
        await using Server server = await Server.StartAsync("openid");
        using VismaConnectClient client = new(server.Options, server.Visma.VismaConnect, server.Time);
        AuthorizationRequest request = client.CreateAuthorizationRequest();
        AuthorizationResponse answer = await server.AnswerAsync(request);
        using CancellationTokenSource cancellation = new();
        using FakePause pause = server.Visma.Connect.KeysEndpoint.PauseNext();
        Task<TokenResponse> exchanging = client.ExchangeCodeAsync(request, answer, cancellation.Token).Soon();
        await pause.Reached.Soon();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchanging);
        Assert.Empty(server.Visma.TokenEndpoint.Requests);
        pause.Release();
        Assert.NotNull((await client.ExchangeCodeAsync(request, answer, TestApp.Cancellation)).IdToken);
    }

    [Fact]
    public async Task Vni_token_is_had_by_basic_reaches_its_companies_and_is_deleted()
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);

        TokenResponse tokens = await server.VniTokenAsync(client);
        IReadOnlyList<VniCompany> companies = await client.GetCompaniesAsync(tokens.AccessToken, TestApp.Cancellation);
        await client.RevokeAsync(tokens.AccessToken, TestApp.Cancellation);
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.GetCompaniesAsync(tokens.AccessToken, TestApp.Cancellation));

        Assert.Equal((null, null), (tokens.ExpiresIn, tokens.RefreshToken));
        Assert.Equal("Acme AS", Assert.Single(companies).Name);
        FakeRequest exchange = server.Visma.Vni.TokenEndpoint.Requests.Single();
        Assert.Equal(["code", "grant_type", "redirect_uri"], exchange.Form.Keys.Order());
        Assert.StartsWith("Basic ", exchange.Authorization, StringComparison.Ordinal);
        FakeRequest deletion = server.Visma.Vni.RevocationEndpoint.Requests.Single();
        Assert.Equal(("DELETE /API/security/api/v1/token", $"Bearer {tokens.AccessToken}", ""), (deletion.ToString(), deletion.Authorization, deletion.Body));
        Assert.Contains("the token is not, or no longer, accepted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vni_companies_with_a_name_that_is_no_unicode_are_refused()
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);
        server.Visma.Vni.ContextEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """[{"id":1,"type\ud800":"Company"}]"""));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.GetCompaniesAsync("t0ken", TestApp.Cancellation));

        Assert.Contains("not a JSON array", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, """{"token":"t0ken","token_type":"Bearer","scope":"financialstasks"}""")]
    [InlineData(HttpStatusCode.Created, """{"token":"t0ken"}""")]
    [InlineData(HttpStatusCode.OK, """{"access_token":"t0ken"}""")]
    [InlineData(HttpStatusCode.OK, """{"token":"t0ken","access_token":"another"}""")]
    [InlineData(HttpStatusCode.OK, """{"token":"t0ken","token_type":"guid"}""")]
    public async Task Vni_token_is_read_however_it_is_named(HttpStatusCode status, string body)
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);
        server.Visma.Vni.TokenEndpoint.AnswerNext(FakeReply.Status(status, body));

        TokenResponse tokens = await server.VniTokenAsync(client);

        Assert.Equal("t0ken", tokens.AccessToken);
    }

    [Fact]
    public async Task Vni_kills_the_token_before_when_it_gives_a_new_one()
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);
        TokenResponse first = await server.VniTokenAsync(client);

        TokenResponse second = await server.VniTokenAsync(client);

        await Assert.ThrowsAsync<VismaConnectException>(() => client.GetCompaniesAsync(first.AccessToken, TestApp.Cancellation));
        Assert.Single(await client.GetCompaniesAsync(second.AccessToken, TestApp.Cancellation));
    }

    [Fact]
    public async Task Odd_entries_among_the_companies_are_read_or_left_out()
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);
        server.Visma.Vni.ContextEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """
            [{"id":1,"name":"Acme AS","type":"A"}, {"id":"2"}, {"id":3,"name":null,"type":7}, {"id":4,"name":"\ud800"},
             null, 5, "6", [], {}, {"id":null}, {"id":{}}, {"id":true}, {"id":""}, {"name":"No id"}]
            """));

        IReadOnlyList<VniCompany> companies = await client.GetCompaniesAsync("t0ken", TestApp.Cancellation);

        Assert.Equal([new VniCompany("1", "Acme AS", "A"), new VniCompany("2", "", ""), new VniCompany("3", "", ""), new VniCompany("4", "", "")], companies);
    }

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""[{"id":1,"id":2}]""")]
    [InlineData("[")]
    [InlineData("")]
    public async Task List_of_companies_that_is_none_is_refused(string body)
    {
        await using Server server = await Server.StartAsync("financialstasks");
        using VniClient client = new(server.Options, server.Visma.Vni.Authority, server.Time);
        server.Visma.Vni.ContextEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, body));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.GetCompaniesAsync("t0ken", TestApp.Cancellation));

        Assert.Contains("not a JSON array", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_wrong_are_named_by_every_client()
    {
        VismaClientOptions empty = new();
        VismaClientOptions elsewhere = new() { ClientId = "a", ClientSecret = "b", Authority = "Elsewhere" };

        foreach (Func<IDisposable> create in (Func<IDisposable>[])[() => new VismaConnectClient(empty), () => new EAccountingIdentityClient(empty), () => new VniClient(empty)])
        {
            OptionsValidationException error = Assert.Throws<OptionsValidationException>(create);
            Assert.Contains("ClientId is missing", error.Message, StringComparison.Ordinal);
            Assert.Contains("ClientSecret is missing", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("Authority is 'Elsewhere', which is not built in", Assert.Throws<OptionsValidationException>(() => new VismaConnectClient(elsewhere)).Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(() => new VismaConnectClient(
            new VismaClientOptions { ClientId = "a", ClientSecret = "b" }, VismaAuthority.VismaConnect.WithBaseAddress(new Uri("http://connect.example"))));
    }

    [Fact]
    public async Task Container_has_a_client_by_the_name_of_each()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        VismaConnectClient client = process.Services.GetRequiredKeyedService<VismaConnectClient>("nxt");
        AuthorizationRequest request = client.CreateAuthorizationRequest();

        TokenResponse tokens = await client.ExchangeCodeAsync(request, await app.AnswerAsync(request), TestApp.Cancellation);

        Assert.NotNull(tokens.RefreshToken);
        Assert.Equal(("nxt", null), (request.Client, request.Connection));
        Assert.Same(client, process.Services.GetRequiredKeyedService<VismaConnectClient>("nxt"));
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => process.Services.GetRequiredKeyedService<VismaConnectClient>("nobody").CreateAuthorizationRequest());
        Assert.Contains("There is no client 'nobody' in VismaConnect:Clients. It has 'nxt'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_has_clients_of_eaccounting_and_vni_too()
    {
        await using UserApp app = await UserApp.StartAsync(authority: VismaAuthority.EAccounting, scopes: ["ea:api", "offline_access"]);
        AppProcess process = app.StartProcess();
        EAccountingIdentityClient client = process.Services.GetRequiredKeyedService<EAccountingIdentityClient>("nxt");
        AuthorizationRequest request = client.CreateAuthorizationRequest();

        TokenResponse tokens = await client.ExchangeCodeAsync(request, await app.AnswerAsync(request), TestApp.Cancellation);

        Assert.NotNull(tokens.RefreshToken);
        Assert.NotNull(process.Services.GetRequiredKeyedService<VniClient>("nxt"));
    }

    private sealed class Server(FakeVisma visma, ManualTime time, FakeClient client) : IAsyncDisposable
    {
        public FakeVisma Visma => visma;

        public ManualTime Time => time;

        public FakeClient Client => client;

        public FakeCompany Company { get; } = visma.AddCompany("Acme AS");

        public FakeUser User => field ??= visma.AddUser("Kari Nordmann", Company);

        public VismaClientOptions Options
        {
            get
            {
                VismaClientOptions options = client.ToOptions();
                options.RedirectUri = RedirectUri;
                return options;
            }
        }

        public static async Task<Server> StartAsync(params IEnumerable<string> scopes)
        {
            ManualTime time = new();
            FakeVisma visma = await FakeVisma.StartAsync(time, TestApp.Cancellation);
            return new Server(visma, time, visma.AddClient("isv_acme_web", scopes).AllowRedirectTo(RedirectUri));
        }

        public async Task<AuthorizationResponse> AnswerAsync(AuthorizationRequest request) =>
            AuthorizationResponse.FromUri((await visma.SignInAsync(request.Url, User, cancellationToken: TestApp.Cancellation)).Uri);

        public async Task<string> TokenAsync(VismaConnectClient of)
        {
            AuthorizationRequest request = of.CreateAuthorizationRequest();
            return (await of.ExchangeCodeAsync(request, await AnswerAsync(request), TestApp.Cancellation)).AccessToken;
        }

        public async Task<TokenResponse> VniTokenAsync(VniClient of)
        {
            AuthorizationRequest request = of.CreateAuthorizationRequest();
            return await of.ExchangeCodeAsync(request, await AnswerAsync(request), TestApp.Cancellation);
        }

        public ValueTask DisposeAsync() => visma.DisposeAsync();
    }
}
