using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Wire;

public class AuthorizationRequestTests
{
    private const string RedirectUri = "https://acme.example/visma/callback?from=a%20b&x=1";

    [Fact]
    public void Url_holds_what_the_code_flow_needs_and_nothing_else()
    {
        using VismaConnectClient client = Client("a:read", "offline_access");

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.Equal("https://connect.visma.com/connect/authorize", request.Url.GetLeftPart(UriPartial.Path));
        Dictionary<string, string> query = QueryOf(request);
        Assert.Equal(["client_id", "code_challenge", "code_challenge_method", "redirect_uri", "response_mode", "response_type", "scope", "state"], query.Keys.Order());
        Assert.Equal(("code", "isv_acme_web"), (query["response_type"], query["client_id"]));
        Assert.Equal("a:read offline_access", query["scope"]);
        Assert.Equal(request.State, query["state"]);
        Assert.Equal(("https://connect.visma.com", true), (request.Issuer, request.RequiresIssuer));
    }

    // RFC 6749 section 4.1.3.
    [Theory]
    [InlineData("https://acme.example/visma/callback")]
    [InlineData("https://acme.example:443/visma/../callback/?from=a%20b&x=%c3%a5+1")]
    [InlineData("https://ACME.example")]
    [InlineData("com.acme.app:/callback")]
    [InlineData("http://127.0.0.1:51234/callback")]
    public async Task Redirect_uri_is_sent_byte_for_byte_to_both_endpoints(string redirectUri)
    {
        await using UserApp app = await UserApp.StartAsync(client: options => options.RedirectUri = redirectUri);
        AppProcess process = app.StartProcess();

        AuthorizationRequest request = process.Connections.Begin("nxt", "customer-42");
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(request, GoodAnswer(request), TestApp.Cancellation).Soon());

        Assert.Equal(redirectUri, QueryOf(request)["redirect_uri"]);
        Assert.Equal(redirectUri, app.TokenEndpoint.Requests.Single().Form["redirect_uri"]);
    }

    [Fact]
    public void Redirect_uri_of_the_options_goes_before_that_of_the_client()
    {
        using VismaConnectClient client = Client("a");

        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { RedirectUri = "http://127.0.0.1:5000/cb" });

        Assert.Equal(("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000/cb"), (QueryOf(request)["redirect_uri"], request.RedirectUri));
    }

    [Theory]
    [InlineData("/callback")]
    [InlineData("https://acme.example/#fragment")]
    [InlineData(" https://acme.example/")]
    public void Redirect_uri_that_is_none_is_refused(string redirectUri)
    {
        using VismaConnectClient client = Client("a");

        ArgumentException error = Assert.Throws<ArgumentException>(() => client.CreateAuthorizationRequest(new AuthorizationRequestOptions { RedirectUri = redirectUri }));

        Assert.Contains("an absolute address without a fragment", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_redirect_uri_is_named()
    {
        using VismaConnectClient client = new(new VismaClientOptions { ClientId = "isv_acme_web", ClientSecret = "s3cret" });

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => client.CreateAuthorizationRequest());

        Assert.Contains("The RedirectUri of client 'isv_acme_web' is missing", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Scopes_are_those_of_the_options_else_of_the_client()
    {
        using VismaConnectClient client = Client("a", "b", "a");

        AuthorizationRequest own = client.CreateAuthorizationRequest();
        AuthorizationRequest other = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Scopes = { "c", "c", "d" } });

        Assert.Equal(("a b", "c d"), (QueryOf(own)["scope"], QueryOf(other)["scope"]));
        Assert.Equal(["c", "d"], other.Scopes);
    }

    [Fact]
    public async Task Scopes_of_a_client_that_names_none_are_those_that_its_apis_need_of_users()
    {
        await using UserApp app = await UserApp.StartAsync(client: options => options.Scopes.Clear());

        AuthorizationRequest request = app.StartProcess().Connections.Begin("nxt", "customer-42");

        Assert.Equal(string.Join(' ', VismaApi.BusinessNxt.UserScopes), QueryOf(request)["scope"]);
    }

    [Fact]
    public void No_scope_leaves_the_parameter_out()
    {
        using VismaConnectClient client = Client();

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.False(QueryOf(request).ContainsKey("scope"));
        Assert.Empty(request.Scopes);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("å")]
    public void Scope_that_is_none_is_refused(string scope)
    {
        using VismaConnectClient client = Client("a");

        ArgumentException error = Assert.Throws<ArgumentException>(() => client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Scopes = { scope } }));

        Assert.Contains("is not a scope: a scope is one word of visible ASCII", error.Message, StringComparison.Ordinal);
    }

    // RFC 6749 section 10.12, RFC 7636 section 4.1: 43 characters of base64url are 256 bits.
    [Fact]
    public void State_verifier_and_nonce_are_256_fresh_bits_of_unreserved_characters()
    {
        using VismaConnectClient client = Client("openid");

        List<AuthorizationRequest> requests = [.. Enumerable.Range(0, 100).Select(_ => client.CreateAuthorizationRequest())];

        List<string> secrets = [.. requests.SelectMany(request => (string[])[request.State, request.CodeVerifier!, request.Nonce!])];
        Assert.Equal(300, secrets.Distinct().Count());
        Assert.All(secrets, secret => Assert.Matches("^[A-Za-z0-9_-]{43}$", secret));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Challenge_is_always_the_sha256_of_the_verifier_and_never_plain(bool isPublic)
    {
        using VismaConnectClient client = new(new VismaClientOptions
        {
            ClientId = "isv_acme",
            ClientSecret = isPublic ? null : "s3cret",
            IsPublicClient = isPublic,
            RedirectUri = RedirectUri,
        });

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Dictionary<string, string> query = QueryOf(request);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(request.CodeVerifier!))), query["code_challenge"]);
        Assert.DoesNotContain(request.CodeVerifier!, request.Url.AbsoluteUri, StringComparison.Ordinal);
    }

    // RFC 8414 section 2: the member is optional. If it is missing, the server may still support PKCE.
    [Fact]
    public async Task Challenge_is_sent_whatever_the_discovery_document_says_of_it()
    {
        await using UserApp app = await UserApp.StartAsync(scopes: [UserApp.Api, "openid", "offline_access"]);
        app.Server.ChangeDiscovery = document => document.Remove("code_challenge_methods_supported");
        AppProcess process = app.StartProcess();

        await app.ConnectAsync(process);

        Assert.Equal("S256", app.Server.AuthorizationEndpoint.Requests.Single().Query["code_challenge_method"]);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", app.TokenEndpoint.Requests.Single().Form["code_verifier"]);
    }

    [Fact]
    public void Nonce_is_sent_with_the_scope_openid_only_and_openid_is_never_added()
    {
        using VismaConnectClient client = Client("email");

        AuthorizationRequest without = client.CreateAuthorizationRequest();
        AuthorizationRequest with = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Scopes = { "openid" } });

        Assert.Null(without.Nonce);
        Assert.Equal("email", QueryOf(without)["scope"]);
        Assert.False(QueryOf(without).ContainsKey("nonce"));
        Assert.Equal(with.Nonce, QueryOf(with)["nonce"]);
    }

    public static TheoryData<AuthorizationRequestOptions, string?> Prompts => new()
    {
        { new AuthorizationRequestOptions(), null },
        { new AuthorizationRequestOptions { Prompt = "consent" }, "consent" },
        { new AuthorizationRequestOptions { Prompt = "none" }, "none" },
        { new AuthorizationRequestOptions { Prompt = "" }, null },
        { new AuthorizationRequestOptions { SelectCompany = true }, "select_account" },
        { new AuthorizationRequestOptions { Prompt = "login", SelectCompany = true }, "login select_account" },
        { new AuthorizationRequestOptions { Prompt = " login  select_account ", SelectCompany = true }, "login select_account" },
    };

    [Theory]
    [MemberData(nameof(Prompts), DisableDiscoveryEnumeration = true)]
    public void Prompt_is_what_was_asked_for_with_the_choice_of_company_added(AuthorizationRequestOptions options, string? expected)
    {
        using VismaConnectClient client = Client("a");

        AuthorizationRequest request = client.CreateAuthorizationRequest(options);

        Assert.Equal(expected, QueryOf(request).GetValueOrDefault("prompt"));
    }

    [Fact]
    public void Several_prompts_are_separated_by_a_percent_encoded_space()
    {
        using VismaConnectClient client = Client("a", "b");

        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Prompt = "login", SelectCompany = true });

        Assert.Contains("&prompt=login%20select_account", request.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("&scope=a%20b&", request.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("&redirect_uri=https%3A%2F%2Facme.example%2Fvisma%2Fcallback%3Ffrom%3Da%2520b%26x%3D1&", request.Url.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_none_goes_with_no_other()
    {
        using VismaConnectClient client = Client("a");

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Prompt = "none", SelectCompany = true }));

        Assert.Contains("cannot be combined with another prompt", error.Message, StringComparison.Ordinal);
    }

    // What Visma's servers do without the parameter is not documented. VNI does not know it, and another server need not.
    [Theory]
    [InlineData("VismaConnect", AuthorizationResponseMode.Query, "query")]
    [InlineData("VismaConnect", AuthorizationResponseMode.FormPost, "form_post")]
    [InlineData("EAccounting", AuthorizationResponseMode.Query, "query")]
    [InlineData("Vni", AuthorizationResponseMode.Query, null)]
    [InlineData("Other", AuthorizationResponseMode.Query, null)]
    [InlineData("Other", AuthorizationResponseMode.FormPost, "form_post")]
    public void Response_mode_is_always_sent_to_vismas_servers(string authority, AuthorizationResponseMode mode, string? expected)
    {
        AuthorizationRequest request = RequestAt(authority, new AuthorizationRequestOptions { ResponseMode = mode });

        Assert.Equal(expected, QueryOf(request).GetValueOrDefault("response_mode"));
    }

    [Theory]
    [InlineData("VismaConnect", "6a4b9a3c-0000-0000-0000-000000000001")]
    [InlineData("Stage", "6a4b9a3c-0000-0000-0000-000000000001")]
    [InlineData("EAccounting", null)]
    [InlineData("Vni", null)]
    [InlineData("Other", null)]
    public void Company_is_named_to_visma_connect_only(string authority, string? expected)
    {
        AuthorizationRequest request = RequestAt(authority, new AuthorizationRequestOptions { Company = "6a4b9a3c-0000-0000-0000-000000000001" });

        Assert.Equal(expected, QueryOf(request).GetValueOrDefault("tenant_hint"));
        Assert.Equal("6a4b9a3c-0000-0000-0000-000000000001", request.Company);
    }

    [Fact]
    public void Tenant_hint_can_be_sent_without_a_check_of_the_company()
    {
        using VismaConnectClient client = Client("a");

        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Parameters = { ["tenant_hint"] = "acme" } });

        Assert.Equal("acme", QueryOf(request)["tenant_hint"]);
        Assert.Null(request.Company);
        Assert.Throws<ArgumentException>(
            () => client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Company = "acme", Parameters = { ["tenant_hint"] = "other" } }));
    }

    [Fact]
    public void Hint_locales_and_further_parameters_are_encoded_and_passed_on()
    {
        using VismaConnectClient client = Client("a");

        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions
        {
            LoginHint = "kari+visma@acme.example",
            UiLocales = "da-DK nb",
            Parameters = { ["max_age"] = "0", ["acr_values"] = "tenant:a&state=evil", ["x y"] = "å#" },
        });

        Dictionary<string, string> query = QueryOf(request);
        Assert.Equal(("kari+visma@acme.example", "da-DK nb", "0"), (query["login_hint"], query["ui_locales"], query["max_age"]));
        Assert.Equal(("tenant:a&state=evil", "å#"), (query["acr_values"], query["x y"]));
        Assert.Equal(request.State, query["state"]);
    }

    [Theory]
    [InlineData("response_type")]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    [InlineData("scope")]
    [InlineData("state")]
    [InlineData("code_challenge")]
    [InlineData("code_challenge_method")]
    [InlineData("nonce")]
    [InlineData("response_mode")]
    [InlineData("prompt")]
    [InlineData("login_hint")]
    [InlineData("ui_locales")]
    public void Further_parameter_cannot_replace_one_of_the_librarys(string name)
    {
        using VismaConnectClient client = Client("a");

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => client.CreateAuthorizationRequest(new AuthorizationRequestOptions { Parameters = { [name] = "plain" } }));

        Assert.Contains($"Parameter '{name}' has its own property or setting", error.Message, StringComparison.Ordinal);
    }

    // https://developer.vismaonline.com/docs, authentication; read November 2026.
    [Theory]
    [InlineData(true, false, "service:44643EB1-3F76-4C1C-A672-402AE8085934", null)]
    [InlineData(true, true, "service:44643EB1-3F76-4C1C-A672-402AE8085934 forceselectcompany:true", "login")]
    [InlineData(false, true, "service:44643EB1-3F76-4C1C-A672-402AE8085934 forceselectcompany:true", "login")]
    [InlineData(false, false, null, null)]
    public void Companies_of_eaccounting_are_chosen_by_acr_values(bool only, bool force, string? expected, string? prompt)
    {
        using EAccountingIdentityClient client = new(Options("ea:api", "offline_access"));

        AuthorizationRequest request = client.CreateAuthorizationRequest(new AuthorizationRequestOptions { OnlyEAccountingCompanies = only, ForceSelectCompany = force });

        Assert.Equal("https://identity.vismaonline.com/connect/authorize", request.Url.GetLeftPart(UriPartial.Path));
        Assert.Equal((expected, prompt), (QueryOf(request).GetValueOrDefault("acr_values"), QueryOf(request).GetValueOrDefault("prompt")));
    }

    [Fact]
    public void Choice_of_an_eaccounting_company_is_not_replaced_by_a_further_parameter()
    {
        using EAccountingIdentityClient client = new(Options("ea:api", "offline_access"));

        Assert.Throws<ArgumentException>(() => client.CreateAuthorizationRequest(
            new AuthorizationRequestOptions { OnlyEAccountingCompanies = true, Parameters = { ["acr_values"] = "x" } }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Companies_of_eaccounting_cannot_be_chosen_at_another_server(bool only, bool force)
    {
        using VismaConnectClient client = Client("a");

        ArgumentException error = Assert.Throws<ArgumentException>(() => client.CreateAuthorizationRequest(
            new AuthorizationRequestOptions { OnlyEAccountingCompanies = only, ForceSelectCompany = force }));

        Assert.Contains("are for eAccounting, but client 'isv_acme_web' belongs to authority 'VismaConnect'. Use SelectCompany.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ea:api", "'offline_access'")]
    [InlineData("offline_access", "'ea:api'")]
    [InlineData("ea:sales", "'ea:api' and 'offline_access'")]
    [InlineData("vls:api", "'offline_access'")]
    public async Task Scopes_that_eaccounting_requires_are_named_when_they_are_missing(string scope, string missing)
    {
        await using UserApp app = await UserApp.StartAsync(authority: VismaAuthority.EAccounting, scopes: [scope]);
        AppProcess process = app.StartProcess();
        await using UserApp complete = await UserApp.StartAsync(authority: VismaAuthority.EAccounting, scopes: ["ea:api", "offline_access"]);
        AuthorizationRequestOptions fewer = new() { Scopes = { scope } };
        using EAccountingIdentityClient client = new(Options(scope));

        OptionsValidationException atStart = Assert.Throws<OptionsValidationException>(() => process.Connections.Begin("nxt", "customer-42"));
        OptionsValidationException begun = Assert.Throws<OptionsValidationException>(() => complete.StartProcess().Connections.Begin("nxt", "customer-42", fewer));
        OptionsValidationException created = Assert.Throws<OptionsValidationException>(() => client.CreateAuthorizationRequest());

        Assert.Contains($"VismaConnect:Clients:nxt:Scopes lack {missing}, which eAccounting requires", atStart.Message, StringComparison.Ordinal);
        Assert.Contains($"The Scopes of client 'nxt' lack {missing}, which eAccounting requires", begun.Message, StringComparison.Ordinal);
        Assert.Contains($"The Scopes of client 'isv_acme_web' lack {missing}, which eAccounting requires", created.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Payroll_needs_a_scope_of_its_own_instead()
    {
        using EAccountingIdentityClient client = new(Options("vls:api", "offline_access"));

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.Equal("vls:api offline_access", QueryOf(request)["scope"]);
    }

    [Fact]
    public void Vni_knows_no_pkce_no_nonce_no_issuer_and_one_scope()
    {
#pragma warning disable VISMA001 // The library still supports VNI.
        using VniClient client = new(Options());
#pragma warning restore VISMA001

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.Equal("https://integration.visma.net/API/resources/oauth/authorize", request.Url.GetLeftPart(UriPartial.Path));
        Assert.Equal(["client_id", "redirect_uri", "response_type", "scope", "state"], QueryOf(request).Keys.Order());
        Assert.Equal("financialstasks", QueryOf(request)["scope"]);
        Assert.Equal((null, null, null, false), (request.CodeVerifier, request.Nonce, request.Issuer, request.RequiresIssuer));
    }

    [Fact]
    public async Task Json_brings_back_all_of_it_and_the_consent_can_be_completed_with_it()
    {
        await using UserApp app = await UserApp.StartAsync(scopes: [UserApp.Api, "openid", "offline_access", "tenants"]);
        AppProcess process = app.StartProcess();
        AuthorizationRequest begun = process.Connections.Begin("nxt", "customer-42", new AuthorizationRequestOptions { Company = app.Company.TenantId });

        AuthorizationRequest read = AuthorizationRequest.FromJson(begun.ToJson());
        VismaConnection connection = await process.Connections.CompleteAsync(read, await app.AnswerAsync(read), TestApp.Cancellation).Soon();

        Assert.Equal(begun.ToJson(), read.ToJson());
        Assert.Equal((begun.Url, begun.State, begun.CodeVerifier, begun.Nonce), (read.Url, read.State, read.CodeVerifier, read.Nonce));
        Assert.Equal((begun.Issuer, begun.RequiresIssuer, begun.RedirectUri, begun.TokenEndpoint), (read.Issuer, read.RequiresIssuer, read.RedirectUri, read.TokenEndpoint));
        Assert.Equal((begun.Client, begun.ClientId, begun.Connection, begun.Company), (read.Client, read.ClientId, read.Connection, read.Company));
        Assert.Equal(begun.Scopes, read.Scopes);
        Assert.Equal(begun.CreatedAt, read.CreatedAt);
        Assert.Equal("customer-42", connection.Name);
    }

    [Fact]
    public void ToString_names_client_and_connection_and_no_secret()
    {
        using VismaConnectClient client = Client("openid");

        AuthorizationRequest request = client.CreateAuthorizationRequest();

        Assert.Equal("authorization request of client 'isv_acme_web'", request.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("v3rifier")]
    [InlineData("""{"State":"v3rifier"}""")]
    public void Json_of_something_else_is_refused_and_not_quoted(string json)
    {
        VismaConnectException error = Assert.Throws<VismaConnectException>(() => AuthorizationRequest.FromJson(json));

        Assert.Contains("The text is not a stored authorization request.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("v3rifier", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("State", null)]
    [InlineData("State", 1)]
    [InlineData("Scopes", null)]
    [InlineData("Scopes", "openid")]
    [InlineData("Url", null)]
    [InlineData("RedirectUri", null)]
    [InlineData("Client", null)]
    [InlineData("ClientId", null)]
    [InlineData("TokenEndpoint", null)]
    [InlineData("CreatedAt", "v3rifier")]
    [InlineData("CreatedAt", null)]
    public void Json_with_a_member_that_is_no_good_is_refused(string member, object? value)
    {
        using VismaConnectClient client = Client("openid");
        JsonObject stored = JsonNode.Parse(client.CreateAuthorizationRequest().ToJson())!.AsObject();
        Assert.True(stored.ContainsKey(member));
        stored[member] = value is null ? null : JsonValue.Create(value);

        VismaConnectException error = Assert.Throws<VismaConnectException>(() => AuthorizationRequest.FromJson(stored.ToJsonString()));

        Assert.DoesNotContain("v3rifier", error.ToString(), StringComparison.Ordinal);
    }

    // No attribute can hold such a text.
    [Fact]
    public void Json_with_half_a_surrogate_pair_is_refused() => Assert.Throws<VismaConnectException>(() => AuthorizationRequest.FromJson("{\udc00}"));

    [Fact]
    public async Task Json_without_scopes_has_none_and_leads_to_a_request()
    {
        using VismaConnectClient client = Client("a");
        JsonObject stored = JsonNode.Parse(client.CreateAuthorizationRequest().ToJson())!.AsObject();
        stored.Remove("Scopes");

        AuthorizationRequest read = AuthorizationRequest.FromJson(stored.ToJsonString());

        Assert.Empty(read.Scopes);
        Assert.Equal(read.ToJson(), AuthorizationRequest.FromJson(read.ToJson()).ToJson());
        await Assert.ThrowsAsync<VismaConnectException>(() => client.ExchangeCodeAsync(read, AuthorizationResponse.FromQuery(""), TestApp.Cancellation));
    }

    [Fact]
    public void Json_with_a_member_twice_is_refused()
    {
        using VismaConnectClient client = Client("openid");
        string stored = client.CreateAuthorizationRequest().ToJson();

        Assert.Throws<VismaConnectException>(() => AuthorizationRequest.FromJson(stored.Insert(1, "\"State\":\"a\",")));
    }

    private static AuthorizationResponse GoodAnswer(AuthorizationRequest request) =>
        AuthorizationResponse.From([new("code", "c0de"), new("state", request.State), new("iss", request.Issuer)]);

    private static VismaClientOptions Options(params IEnumerable<string> scopes)
    {
        VismaClientOptions options = new() { ClientId = "isv_acme_web", ClientSecret = "s3cret", RedirectUri = RedirectUri };
        foreach (string scope in scopes)
        {
            options.Scopes.Add(scope);
        }

        return options;
    }

    private static VismaConnectClient Client(params IEnumerable<string> scopes) => new(Options(scopes));

    private static AuthorizationRequest RequestAt(string authority, AuthorizationRequestOptions options)
    {
#pragma warning disable VISMA001 // The library still supports VNI.
        using VniClient vni = new(Options());
#pragma warning restore VISMA001
        using EAccountingIdentityClient eAccounting = new(Options("ea:api", "offline_access"));
        using VismaConnectClient stage = new(Options("a"), VismaAuthority.VismaConnect.WithBaseAddress(new Uri("https://stage.example"), "Stage"));
        using VismaConnectClient other = new(
            Options("a"),
            new VismaAuthority("Other", new Uri("https://id.example/token")) { AuthorizationEndpoint = new Uri("https://id.example/authorize") });
        using VismaConnectClient visma = Client("a");
        return authority switch
        {
            "Vni" => vni.CreateAuthorizationRequest(options),
            "EAccounting" => eAccounting.CreateAuthorizationRequest(options),
            "Stage" => stage.CreateAuthorizationRequest(options),
            "Other" => other.CreateAuthorizationRequest(options),
            _ => visma.CreateAuthorizationRequest(options),
        };
    }

    private static Dictionary<string, string> QueryOf(AuthorizationRequest request) =>
        QueryHelpers.ParseQuery(request.Url.Query).ToDictionary(parameter => parameter.Key, parameter => Assert.Single(parameter.Value)!);
}
