#pragma warning disable VISMA001 // The library still supports VNI.
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>Tokens of the legacy VNI, next to tokens of Visma Connect.</summary>
public sealed class VniTests : IAsyncLifetime
{
    private const string RedirectUri = "https://acme.example/vni";

    private readonly ManualTime _time = new();
    private FakeVisma _visma = null!;
    private FakeUser _user = null!;
    private FakeCompany _company = null!;
    private ServiceProvider _provider = null!;

    private VismaConnections Connections => _provider.GetRequiredService<VismaConnections>();

    private ITokenSource Tokens => _provider.GetRequiredService<ITokenSource>();

    private string CompanyId => _company.CompanyId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        _visma = await FakeVisma.StartAsync(_time, TestApp.Cancellation);
        FakeClient vni = _visma.AddClient("acme_vni", "financialstasks").AllowRedirectTo(RedirectUri);
        FakeClient connect = _visma.AddClient("isv_acme_service", TestApp.ReadScope);
        _company = _visma.AddCompany("Acme AS").Grant(connect);
        _user = _visma.AddUser("Integration User", _company);
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(_time);
        services.AddVismaConnect(options =>
        {
            options.Clients["vni"] = vni.ToOptions();
            options.Clients["vni"].Authority = "Vni";
            options.Clients["erp"] = connect.ToOptions();
            options.AllowLegacyVni = true;
            options.AllowConnectionsInMemory = true;
            _visma.Configure(options);
        });
        services.AddHttpClient("vni").AddVismaToken(VismaApi.NetErpVni, "vni");
        services.AddHttpClient("erp").AddVismaToken(VismaApi.NetErp, "erp");
        _provider = services.BuildServiceProvider(validateScopes: true);
    }

    [Fact]
    public async Task Call_carries_the_company_and_the_kind_of_application()
    {
        await ConnectAsync("vni-user");

        using HttpResponseMessage response = await SendAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(CompanyId));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        FakeRequest call = _visma.Vni.CustomerEndpoint.Requests.Single();
        Assert.Equal((CompanyId, "Visma.net Financials"), (call.Headers["ipp-company-id"], call.Headers["ipp-application-type"]));
    }

    [Fact]
    public async Task Headers_of_vni_never_go_with_another_token()
    {
        using HttpResponseMessage response = await SendAsync("erp", new HttpRequestMessage(HttpMethod.Get, "customer").SetTenant(_company.TenantId).SetVniCompany(CompanyId));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(_visma.NetErpEndpoint.Requests.Single().Headers.Keys, name => name.StartsWith("ipp-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Headers_of_vni_are_off_the_message_when_the_answer_is_there()
    {
        await ConnectAsync("vni-user");
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(CompanyId);

        (await _provider.GetRequiredService<IHttpClientFactory>().CreateClient("vni").SendAsync(request, TestApp.Cancellation)).Dispose();

        Assert.Empty(request.Headers);
    }

    [Fact]
    public async Task Headers_of_vni_do_not_follow_a_redirect_to_another_origin()
    {
        await using FakeVisma other = await FakeVisma.StartAsync(_time, TestApp.Cancellation);
        await using ServiceProvider provider = Rebuilt(options => options.Apis["NetErpVni"].Origins.Add(other.Address));
        await ConnectAsync("vni-user", provider);
        _visma.Vni.CustomerEndpoint.AnswerNext(FakeReply.Redirect(new Uri(other.Address, "v1/customer").AbsoluteUri));

        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(CompanyId);
        (await provider.GetRequiredService<IHttpClientFactory>().CreateClient("vni").SendAsync(request, TestApp.Cancellation)).Dispose();

        FakeRequest followed = other.NetErpEndpoint.Requests.Single();
        Assert.DoesNotContain(followed.Headers.Keys, name => name.StartsWith("ipp-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Foreign_redirect_gets_neither_token_nor_headers()
    {
        await using FakeVisma other = await FakeVisma.StartAsync(_time, TestApp.Cancellation);
        await ConnectAsync("vni-user");
        _visma.Vni.CustomerEndpoint.AnswerNext(FakeReply.Redirect(new Uri(other.Address, "v1/customer").AbsoluteUri));

        using HttpResponseMessage response = await SendAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(CompanyId));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Empty(other.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Token_is_stored_and_never_asked_for_again_by_itself()
    {
        VismaConnection connection = await ConnectAsync("vni-user");
        int requests = _visma.Vni.TokenEndpoint.Requests.Count;

        AccessToken now = await Tokens.GetTokenAsync(connection.Key, TestApp.Cancellation).Soon();
        _time.Advance(TimeSpan.FromDays(400));
        AccessToken later = await Tokens.GetTokenAsync(connection.Key, TestApp.Cancellation).Soon();

        Assert.Equal(now.Value, later.Value);
        Assert.Equal(DateTimeOffset.MaxValue, later.ExpiresAt);
        Assert.Equal(requests, _visma.Vni.TokenEndpoint.Requests.Count);
        Assert.False(connection.HasRefreshToken);
    }

    [Fact]
    public async Task Refusal_of_a_token_asks_for_consent()
    {
        VismaConnection first = await ConnectAsync("vni-user");
        await Tokens.GetTokenAsync(first.Key, TestApp.Cancellation).Soon();
        // The same user connects elsewhere. VNI then refuses the first token, without a message.
        await ConnectAsync("another");
        _time.Advance(TimeSpan.FromMinutes(2));
        int requests = _visma.Vni.TokenEndpoint.Requests.Count;

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() =>
            SendAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("vni-user").SetVniCompany(CompanyId)));

        Assert.Contains("a newer token for the same user and application has replaced it", error.Reason, StringComparison.Ordinal);
        Assert.Equal(requests, _visma.Vni.TokenEndpoint.Requests.Count);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => Tokens.GetTokenAsync(first.Key, TestApp.Cancellation).Soon());
        Assert.Equal(ConnectionState.ReauthorizationRequired, (await Connections.FindAsync("vni", "vni-user", TestApp.Cancellation).Soon())!.State);
    }

    [Fact]
    public async Task Disconnection_deletes_the_token_at_vni()
    {
        await ConnectAsync("vni-user");

        Disconnection end = await Connections.DisconnectAsync("vni", "vni-user", TestApp.Cancellation).Soon();

        Assert.Equal((true, null), (end.WasConnected, end.RevocationFailure));
        Assert.Equal("DELETE", _visma.Vni.RevocationEndpoint.Requests.Single().Method);
    }

    [Fact]
    public void Vni_has_to_be_allowed()
    {
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => Rebuilt(options => options.AllowLegacyVni = false));

        Assert.Contains(":Clients:vni:Authority is 'Vni', the legacy VNI, which Visma is shutting down.", error.Message, StringComparison.Ordinal);
        Assert.Contains("set VismaConnect:AllowLegacyVni to true", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _visma.DisposeAsync();
    }

    private ServiceProvider Rebuilt(Action<VismaConnectOptions> change)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(_time);
        services.AddVismaConnect(options =>
        {
            VismaConnectOptions current = _provider.GetRequiredService<IOptions<VismaConnectOptions>>().Value;
            options.Clients["vni"] = current.Clients["vni"];
            options.AllowLegacyVni = true;
            options.AllowConnectionsInMemory = true;
            _visma.Configure(options);
            change(options);
        });
        services.AddHttpClient("vni").AddVismaToken(VismaApi.NetErpVni, "vni");
        ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);
        _ = provider.GetRequiredService<IOptions<VismaConnectOptions>>().Value;
        return provider;
    }

    // One token of VNI is for all companies of its user.
    [Fact]
    public async Task Token_of_another_program_is_imported_without_a_request_and_under_several_names()
    {
        VniClient old = _provider.GetRequiredKeyedService<VniClient>("vni");
        AuthorizationRequest start = old.CreateAuthorizationRequest();
        FakeCallback callback = await _visma.SignInAsync(start.Url, _user, company: null, TestApp.Cancellation);
        string token = (await old.ExchangeCodeAsync(start, AuthorizationResponse.FromUri(callback.Uri), TestApp.Cancellation)).AccessToken;
        int requests = _visma.Vni.TokenEndpoint.Requests.Count;

        ConnectionImportReport report = await Connections.ImportAsync(
            Import.Importing.Streamed([new("vni", "one", token), new("vni", "two", token)]), cancellationToken: TestApp.Cancellation);

        Assert.Equal(2, report.Count(ConnectionImportOutcome.Imported));
        Assert.Equal(requests, _visma.Vni.TokenEndpoint.Requests.Count);
        _time.Advance(TimeSpan.FromDays(1000));
        using HttpResponseMessage response = await SendAsync("vni", new HttpRequestMessage(HttpMethod.Get, "customer").SetConnection("two").SetVniCompany(CompanyId));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<VismaConnection> ConnectAsync(string name, IServiceProvider? provider = null)
    {
        VismaConnections connections = (provider ?? _provider).GetRequiredService<VismaConnections>();
        AuthorizationRequest start = connections.Begin("vni", name);
        FakeCallback callback = await _visma.SignInAsync(start.Url, _user, company: null, TestApp.Cancellation);
        return await connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), TestApp.Cancellation);
    }

    private async Task<HttpResponseMessage> SendAsync(string client, HttpRequestMessage request)
    {
        using (request)
        {
            return await _provider.GetRequiredService<IHttpClientFactory>().CreateClient(client).SendAsync(request, TestApp.Cancellation);
        }
    }
}
