using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Wire;

// RFC 8414: an authority whose setting Discover is true.
public class EndpointDiscoveryTests
{
    public static TheoryData<string, Action<FakeIdentityServer>, string> UnusableDocuments => new()
    {
        { "another issuer", server => server.ChangeDiscovery = document => document["issuer"] = "https://evil.example", "its issuer is 'https://evil.example' instead of" },
        { "no issuer", server => server.ChangeDiscovery = document => document.Remove("issuer"), "it names no issuer" },
        { "no TLS", server => server.ChangeDiscovery = document => document["token_endpoint"] = "http://evil.example/token", "its 'token_endpoint' is not an absolute https" },
        { "no TLS for the browser", server => server.ChangeDiscovery = document => document["authorization_endpoint"] = "http://evil.example/", "its 'authorization_endpoint' is not" },
        { "no token endpoint", server => server.ChangeDiscovery = document => document.Remove("token_endpoint"), "it names no token endpoint" },
        { "a member twice", server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"issuer":"a","issuer":"b"}"""), times: 9), "not a JSON object" },
        { "text", server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "OK"), times: 9), "not a JSON object" },
        { "no end", server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, new string(' ', 2 * 1024 * 1024)), times: 9), "not a JSON object" },
        { "a redirect", server => server.DiscoveryEndpoint.AnswerNext(FakeReply.Redirect("https://evil.example/"), times: 9), "a redirect, which is never followed" },
    };

    [Fact]
    public async Task Document_is_read_at_the_first_use_and_once_for_all_callers()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        app.Server.ChangeDiscovery = document => document["token_endpoint_auth_methods_supported"] = new System.Text.Json.Nodes.JsonArray("client_secret_post");
        Assert.Empty(app.Server.DiscoveryEndpoint.Requests);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => app.GetTokenAsync(OtherServer.Key.WithScopes("api", $"openid"))));
        await Task.WhenAll(app.GetTokenAsync(), app.GetTokenAsync(OtherServer.Key.WithScopes("api")));

        Assert.Equal("GET /.well-known/openid-configuration", Assert.Single(app.Server.DiscoveryEndpoint.Requests).ToString());
        Assert.All(app.Server.TokenEndpoint.Requests, request => Assert.Equal(app.Client.Secret, request.Form["client_secret"]));
    }

    [Theory]
    [MemberData(nameof(UnusableDocuments))]
    public async Task Unusable_document_is_refused_with_the_settings_to_check_and_nothing_else_is_sent(string what, Action<FakeIdentityServer> change, string expected)
    {
        Assert.NotEmpty(what);
        await using OtherServer app = await OtherServer.StartAsync();
        change(app.Server);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("Authorities:Id", error.Message, StringComparison.Ordinal);
        Assert.Equal("discovery", error.Remedy!.Code);
        Assert.Empty(app.Server.TokenEndpoint.Requests);
    }

    // It could direct a secret to another program of this machine, in clear text.
    [Theory]
    [InlineData("http://127.0.0.1:8080/token")]
    [InlineData("https://localhost/token")]
    public async Task Document_of_another_machine_may_not_name_an_address_of_this_one(string tokenEndpoint)
    {
        DocumentHandler server = new($$"""{"issuer":"https://id.example","token_endpoint":"{{tokenEndpoint}}"}""");
        await using OtherServer app = await OtherServer.StartAsync(
            authority => authority.BaseAddress = new Uri("https://id.example"),
            builder: connect => connect.ConfigureTokenRequests(http => http.AssumePrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() => server)));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync());

        Assert.Contains("its 'token_endpoint' is not an absolute https", error.Message, StringComparison.Ordinal);
        Assert.Equal("id.example", Assert.Single(server.Hosts));
    }

    [Fact]
    public async Task Server_that_is_away_is_a_transient_error_and_the_document_is_read_at_the_next_use()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        app.Server.DiscoveryEndpoint.AnswerNext(FakeReply.Drop, times: 3);

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync());
        app.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.True(error.IsTransient);
        Assert.NotEmpty((await app.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task Consent_begins_completes_and_ends_at_discovered_endpoints()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        InvalidOperationException tooEarly = Assert.Throws<InvalidOperationException>(() => app.Connections.Begin("other", "a"));

        AuthorizationRequest request = await app.Connections.BeginAsync("other", "a", cancellationToken: TestApp.Cancellation);
        VismaConnection connection = await app.Connections.CompleteAsync(request, await app.SignInAsync(request), TestApp.Cancellation);
        AccessToken token = await app.GetTokenAsync(TokenKey.ForConnection("other", "a"));
        Disconnection ended = await app.Connections.DisconnectAsync("other", "a", TestApp.Cancellation);

        Assert.Contains("BeginAsync", tooEarly.Message, StringComparison.Ordinal);
        Assert.Equal(app.User.Subject, connection.Subject);
        Assert.NotEmpty(token.Value);
        Assert.Null(ended.RevocationFailure);
        Assert.Single(app.Server.DiscoveryEndpoint.Requests);
        Assert.Single(app.Server.KeysEndpoint.Requests);
        Assert.Single(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Typed_client_reads_the_document_before_its_messages()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        VismaConnectClient client = app.Services.GetRequiredKeyedService<VismaConnectClient>("other");

        TokenResponse response = await client.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation);
        await client.DiscoverAsync(TestApp.Cancellation);

        Assert.NotEmpty(response.AccessToken);
        Assert.Equal($"{app.Visma.Address}connect/authorize", client.CreateAuthorizationRequest().Url.GetLeftPart(UriPartial.Path));
        Assert.Single(app.Server.DiscoveryEndpoint.Requests);
    }

    [Fact]
    public async Task Endpoint_that_is_set_is_used_instead_of_the_discovered_one()
    {
        await using OtherServer app = await OtherServer.StartAsync(authority => authority.TokenEndpoint = new Uri(authority.BaseAddress!, "connect/token"));
        app.Server.ChangeDiscovery = document => document["token_endpoint"] = "https://elsewhere.example/token";

        await app.GetTokenAsync();

        Assert.Single(app.Server.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Slash_at_the_end_of_the_issuer_does_not_matter()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        app.Server.ChangeDiscovery = document => document["issuer"] = app.Visma.Address.AbsoluteUri;

        Assert.NotEmpty((await app.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task Document_is_read_again_after_twelve_hours_and_stays_in_use_while_it_cannot_be()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        await app.GetTokenAsync();
        app.Time.Advance(TimeSpan.FromHours(11));
        await app.GetTokenAsync();
        Assert.Single(app.Server.DiscoveryEndpoint.Requests);

        app.Time.Advance(TimeSpan.FromHours(2));
        app.Server.DiscoveryEndpoint.AnswerNext(FakeReply.Drop, times: 3);
        await app.Time.ResultAsync(app.GetTokenAsync());
        Assert.Equal(4, app.Server.DiscoveryEndpoint.Requests.Count);

        app.Server.ChangeDiscovery = document => document["token_endpoint"] = $"{app.Visma.Address}moved";
        app.Time.Advance(TimeSpan.FromHours(13));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync());

        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Equal(3, app.Server.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Newer_document_of_another_issuer_is_refused_and_the_earlier_one_stays_in_use()
    {
        await using OtherServer app = await OtherServer.StartAsync();
        await app.GetTokenAsync();
        app.Server.ChangeDiscovery = document => (document["issuer"], document["token_endpoint"]) = ("https://evil.example", $"{app.Visma.Address}evil");

        app.Time.Advance(TimeSpan.FromHours(13));
        await app.GetTokenAsync();

        Assert.Equal(2, app.Server.DiscoveryEndpoint.Requests.Count);
        Assert.Equal(2, app.Server.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("issuer", "https://evil.example")]
    [InlineData("token_endpoint", null)]
    public async Task Document_that_was_refused_is_read_again_at_the_next_use(string member, string? value)
    {
        await using OtherServer app = await OtherServer.StartAsync();
        app.Server.ChangeDiscovery = document => document[member] = value;
        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync());
        app.Server.ChangeDiscovery = null;
        app.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.NotEmpty((await app.GetTokenAsync()).Value);
    }

    [Fact]
    public async Task Document_that_another_authority_has_accepted_is_refused_by_one_with_another_issuer()
    {
        await using OtherServer app = await OtherServer.StartAsync(builder: connect => connect.Services.Configure<VismaConnectOptions>(options =>
        {
            VismaClientOptions known = options.Clients["other"];
            options.Clients["third"] = new VismaClientOptions { ClientId = known.ClientId, ClientSecret = known.ClientSecret, Authority = "Third" };
            options.Authorities["Third"] = new VismaAuthorityOptions
            {
                Issuer = "https://third.example",
                DiscoveryEndpoint = new Uri(options.Authorities["Id"].BaseAddress!, ".well-known/openid-configuration"),
                Discover = true,
            };
        }));
        await app.GetTokenAsync();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(TokenKey.ForClient("third")));

        Assert.Contains("instead of 'https://third.example'", error.Message, StringComparison.Ordinal);
        Assert.Single(app.Server.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Vismas_own_server_can_be_discovered_too()
    {
        await using OtherServer app = await OtherServer.StartAsync(
            authority => authority.BasedOn = "VismaConnect",
            client => client.TenantUse = TenantUse.None);

        await app.GetTokenAsync();

        Assert.Single(app.Server.DiscoveryEndpoint.Requests);
        Assert.Equal(app.Client.Secret, app.Server.TokenEndpoint.Requests.Single().Form["client_secret"]);
    }

    private sealed class DocumentHandler(string document) : HttpMessageHandler
    {
        public ConcurrentQueue<string> Hosts { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Enqueue(request.RequestUri!.Host);
            HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StringContent(document, Encoding.UTF8, "application/json"), RequestMessage = request };
            return Task.FromResult(response);
        }
    }
}
