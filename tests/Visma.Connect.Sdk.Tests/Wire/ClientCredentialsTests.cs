using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Wire;

public class ClientCredentialsTests
{
    private static CancellationToken Cancellation => TestApp.Cancellation;

    [Fact]
    public async Task Service_token_is_asked_for_with_a_form_that_names_tenant_scopes_and_client()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();

        await app.GetTokenAsync(company);

        FakeRequest request = Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal("POST /connect/token", request.ToString());
        Assert.Equal(["client_id", "client_secret", "grant_type", "scope", "tenant_id"], request.Form.Keys.Order());
        Assert.Equal("client_credentials", request.Form["grant_type"]);
        Assert.Equal(company.TenantId, request.Form["tenant_id"]);
        Assert.Equal($"{TestApp.ReadScope} {TestApp.CreateScope}", request.Form["scope"]);
        Assert.Equal(app.Client.ClientId, request.Form["client_id"]);
        Assert.Equal(app.Client.Secret, request.Form["client_secret"]);
    }

    [Fact]
    public async Task Scope_and_tenant_are_left_out_when_nothing_names_them()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient registered = visma.AddClient("isv_nxt", "a", "b");
        using VismaConnectClient client = new(OptionsOf(registered), visma.VismaConnect);

        TokenResponse response = await client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation);

        Assert.Equal(["client_id", "client_secret", "grant_type"], visma.TokenEndpoint.Requests.Single().Form.Keys.Order());
        Assert.Equal(["a", "b"], response.Scopes);
    }

    [Fact]
    public async Task Further_parameters_are_sent_along()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        using VismaConnectClient client = new(OptionsOf(visma.AddClient("isv_acme", "a")), visma.VismaConnect);

        await client.RequestClientCredentialsTokenAsync(
            new ClientCredentialsRequest { Parameters = { ["resource"] = "x&y=å" } },
            Cancellation);

        Assert.Equal("x&y=å", visma.TokenEndpoint.Requests.Single().Form["resource"]);
    }

    [Theory]
    [InlineData("grant_type")]
    [InlineData("client_secret")]
    [InlineData("tenant_id")]
    public async Task Further_parameter_cannot_replace_one_of_the_librarys(string name)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        using VismaConnectClient client = new(OptionsOf(visma.AddClient("isv_acme", "a")), visma.VismaConnect);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => client.RequestClientCredentialsTokenAsync(
            new ClientCredentialsRequest { Parameters = { [name] = "x" } },
            Cancellation));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Empty(visma.TokenEndpoint.Requests);
    }

    // RFC 6749 section 2.3.1; the fake's secrets hold ':', '+' and '%', and it decodes both parts.
    [Fact]
    public async Task Basic_credentials_are_form_url_encoded_before_base64()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient registered = visma.AddClient("isv:acme å", "a");
        using VismaConnectClient client = new(OptionsOf(registered, ClientAuthenticationMethod.ClientSecretBasic), visma.VismaConnect);

        await client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation);

        FakeRequest request = visma.TokenEndpoint.Requests.Single();
        Assert.Equal("Basic " + Base64($"isv%3Aacme+%C3%A5:{WebUtility.UrlEncode(registered.Secret)}"), request.Authorization);
        Assert.Equal(["grant_type"], request.Form.Keys);
    }

    [Fact]
    public async Task Basic_credentials_stay_raw_where_the_server_wants_them_so()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient registered = visma.AddClient("isv_acme", "a");
        visma.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_client"));
        using VismaConnectClient client = new(OptionsOf(registered, ClientAuthenticationMethod.ClientSecretBasicRaw), visma.VismaConnect);

        await Assert.ThrowsAsync<VismaConnectException>(() => client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation));

        Assert.Equal("Basic " + Base64($"isv_acme:{registered.Secret}"), visma.TokenEndpoint.Requests.Single().Authorization);
    }

    [Theory]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic)]
    public async Task Credentials_are_sent_by_exactly_one_method_and_never_in_the_address(ClientAuthenticationMethod method)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        using VismaConnectClient client = new(OptionsOf(visma.AddClient("isv_acme", "a"), method), visma.VismaConnect);

        await client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation);

        FakeRequest request = visma.TokenEndpoint.Requests.Single();
        Assert.Equal(method == ClientAuthenticationMethod.ClientSecretPost, request.Form.ContainsKey("client_secret"));
        Assert.Equal(method == ClientAuthenticationMethod.ClientSecretBasic, request.Authorization is not null);
        Assert.Equal("/connect/token", request.PathAndQuery);
    }

    [Theory]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    [InlineData(HttpStatusCode.Found)]
    public async Task Redirect_of_a_token_request_is_never_followed(HttpStatusCode status)
    {
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        visma.TokenEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}connect/token", status));
        using VismaConnectClient client = new(OptionsOf(visma.AddClient("isv_acme", "a")), visma.VismaConnect);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation));

        Assert.Contains("redirect", error.Message, StringComparison.Ordinal);
        Assert.Equal(status, error.StatusCode);
        Assert.Empty(thief.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Redirect_of_a_token_request_is_not_followed_in_a_container_either()
    {
        await using TestApp app = await TestApp.StartAsync();
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        app.TokenEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}connect/token"));

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Empty(thief.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Token_requests_are_not_retried_by_handlers()
    {
        await using TestApp app = await TestApp.StartAsync(services: services =>
            services.Configure<VismaConnectOptions>(options => options.TokenRequests.Enabled = false)
                .ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new RetryHandler())));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway), times: 5);

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Filters_of_the_application_do_not_get_at_token_requests_either()
    {
        await using FakeVisma thief = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddSingleton<Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter, CarelessFilter>());
        app.TokenEndpoint.AnswerNext(FakeReply.Redirect($"{thief.Address}connect/token"));

        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Empty(thief.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Default_headers_of_the_application_stay_away_from_token_requests()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.ConfigureHttpClientDefaults(
            http => http.ConfigureHttpClient(client => client.DefaultRequestHeaders.Add("Authorization", "Bearer mine"))));

        await app.GetTokenAsync(app.AddCompany());

        Assert.Null(Assert.Single(app.TokenEndpoint.Requests).Authorization);
    }

    [Fact]
    public async Task Next_secret_is_tried_on_invalid_client_and_remembered()
    {
        await using TestApp app = await TestApp.StartAsync(client =>
        {
            client.ClientSecrets.Add(client.ClientSecret!);
            client.ClientSecret = "rolled-away";
        });

        await app.GetTokenAsync(app.AddCompany());
        await app.GetTokenAsync(app.AddCompany());

        Assert.Equal(
            ["rolled-away", app.Client.Secret, app.Client.Secret],
            app.TokenEndpoint.Requests.Select(request => request.Form["client_secret"]));
        Assert.Contains(app.Log.Lines, line => line.Contains("Secret 1 of 2 in the settings of client 'erp' was refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("invalid_scope")]
    [InlineData("unauthorized_client")]
    [InlineData("invalid_request")]
    public async Task Next_secret_is_not_tried_on_anything_but_invalid_client(string error)
    {
        await using TestApp app = await TestApp.StartAsync(client => client.ClientSecrets.Add("another"));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(error));

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Equal(error, refusal.Error);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Secret_changed_in_the_options_counts_from_the_next_request_on()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient registered = visma.AddClient("isv_acme", "a");
        VismaClientOptions options = OptionsOf(registered);
        using VismaConnectClient client = new(options, visma.VismaConnect);
        await client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation);

        registered.RemoveSecret(options.ClientSecret!);
        options.ClientSecret = registered.AddSecret();
        await client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation);

        Assert.Equal(2, visma.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Company_that_has_not_granted_the_application_is_named_with_the_remedy()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany stranger = app.Visma.AddCompany("Stranger AS");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(stranger).AsTask());

        Assert.Equal("invalid_tenant", error.Error);
        Assert.Equal("The tenant has not granted this application.", error.ErrorDescription);
        Assert.Equal(HttpStatusCode.BadRequest, error.StatusCode);
        Assert.False(error.IsTransient);
        Assert.Contains(stranger.TenantId, error.Message, StringComparison.Ordinal);
        Assert.Contains("client 'erp'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Visma App Store", error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.Contains(error.Remedy!.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenant_of_a_stranger_cannot_forge_a_line_in_the_message()
    {
        await using TestApp app = await TestApp.StartAsync();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.Tokens.GetTokenAsync(TokenKey.ForTenant("erp", "a\r\nforged line"), Cancellation).Soon());

        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Authority_without_service_tokens_is_told_before_anything_is_sent()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        using VismaConnectClient client = new(OptionsOf(visma.AddClient("acme", "ea:api")), VismaAuthority.EAccounting.WithBaseAddress(visma.Address));

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.RequestClientCredentialsTokenAsync(cancellationToken: Cancellation));

        Assert.Contains("EAccounting", error.Message, StringComparison.Ordinal);
        Assert.Empty(visma.TokenEndpoint.Requests);
    }

    [Fact]
    public void Secret_is_never_sent_over_plain_http()
    {
        VismaClientOptions options = new() { ClientId = "isv_acme", ClientSecret = "secret" };

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(
            () => new VismaConnectClient(options, VismaAuthority.VismaConnect.WithBaseAddress(new Uri("http://connect.visma.example"))));

        Assert.Contains("https", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_without_a_container_names_its_missing_settings()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => new VismaConnectClient(new VismaClientOptions()));

        Assert.Contains("ClientId is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("ClientSecret is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typed_client_of_a_name_comes_from_the_container()
    {
        await using TestApp app = await TestApp.StartAsync();
        VismaConnectClient client = app.Services.GetRequiredKeyedService<VismaConnectClient>("erp");

        TokenResponse response = await client.RequestClientCredentialsTokenAsync(
            new ClientCredentialsRequest { TenantId = app.AddCompany().TenantId },
            Cancellation);

        Assert.Equal(TimeSpan.FromHours(1), response.ExpiresIn);
    }

    private sealed class CarelessFilter : Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter
    {
        public Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> Configure(Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> next) =>
            builder =>
            {
                next(builder);
                builder.PrimaryHandler = new SocketsHttpHandler { AllowAutoRedirect = true };
                builder.AdditionalHandlers.Add(new RetryHandler());
            };
    }

    private static VismaClientOptions OptionsOf(FakeClient client, ClientAuthenticationMethod? method = null) =>
        new() { ClientId = client.ClientId, ClientSecret = client.Secret, TokenEndpointAuthentication = method };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
