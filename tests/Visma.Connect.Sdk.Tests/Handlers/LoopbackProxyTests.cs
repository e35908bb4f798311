using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers;

/// <summary>Requests over plain http on loopback. A proxy would see the secret and the token. From field B9.</summary>
public class LoopbackProxyTests
{
    [Fact]
    public async Task Proxy_of_the_system_is_not_asked_for_an_address_on_loopback()
    {
        await using TestApp app = await TestApp.StartAsync();
        using VismaConnectClient direct = new(
            new VismaClientOptions { ClientId = app.Client.ClientId, ClientSecret = app.Client.Secret, Scopes = { TestApp.ReadScope } },
            app.Visma.VismaConnect);
        FakeCompany company = app.AddCompany();

        using (WatchedProxy proxy = new(app.Visma))
        {
            (await app.SendAsync(company)).Dispose();
            await direct.RequestClientCredentialsTokenAsync(new ClientCredentialsRequest { TenantId = company.TenantId }, TestApp.Cancellation);

            Assert.Empty(proxy.AskedFor);
        }

        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Proxy_of_the_system_is_asked_for_any_other_address()
    {
        VismaApi api = VismaApi.HrmAnalytics with { Name = "Far", BaseAddress = new Uri("https://far.invalid/") };
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddHttpClient("far").AddVismaToken(api, "erp"));
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        HttpClient far = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("far");

        using WatchedProxy proxy = new(api.BaseAddress);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => far.SendAsync(TestApp.Request(company), TestApp.Cancellation));

        Assert.NotEmpty(proxy.AskedFor);
    }

    [Fact]
    public async Task Proxy_that_the_application_has_chosen_is_used()
    {
        WatchedProxy.Chosen chosen = new();
        await using TestApp app = await TestApp.StartAsync(
            http: http => http.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { Proxy = chosen }));

        (await app.SendAsync(app.AddCompany())).Dispose();

        Assert.NotEmpty(chosen.AskedFor);
    }

    // Its proxy can no longer be changed.
    [Fact]
    public async Task Handler_that_has_sent_a_request_can_be_used_for_an_address_on_loopback()
    {
        using HttpClientHandler used = new() { AllowAutoRedirect = false, UseCookies = false };
        await using TestApp app = await TestApp.StartAsync(http: http => http.ConfigurePrimaryHttpMessageHandler(() => new Wrapper(used)));
        using (HttpMessageInvoker other = new(used, disposeHandler: false))
        {
            (await other.SendAsync(new HttpRequestMessage(HttpMethod.Get, app.Visma.NetErp.BaseAddress), TestApp.Cancellation)).Dispose();
        }

        using HttpResponseMessage response = await app.SendAsync(app.AddCompany());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private sealed class Wrapper(HttpMessageHandler inner) : DelegatingHandler(inner);

    /// <summary>Stands in for the proxy of the system, sends nothing through itself, and notes for which of the watched addresses it is asked.</summary>
    private sealed class WatchedProxy : IWebProxy, IDisposable
    {
        private readonly IWebProxy _before = HttpClient.DefaultProxy;
        private readonly string[] _watched;

        public WatchedProxy(FakeVisma visma)
            : this(visma.VismaConnect.TokenEndpoint, visma.NetErp.BaseAddress)
        {
        }

        public WatchedProxy(params Uri[] watched)
        {
            _watched = [.. watched.Select(address => address.Authority)];
            HttpClient.DefaultProxy = this;
        }

        public ConcurrentQueue<Uri> AskedFor { get; } = new();

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => null;

        public bool IsBypassed(Uri host)
        {
            if (_watched.Contains(host.Authority))
            {
                AskedFor.Enqueue(host);
            }

            return _before.IsBypassed(host);
        }

        public void Dispose() => HttpClient.DefaultProxy = _before;

        public sealed class Chosen : IWebProxy
        {
            public ConcurrentQueue<Uri> AskedFor { get; } = new();

            public ICredentials? Credentials { get; set; }

            public Uri? GetProxy(Uri destination) => null;

            public bool IsBypassed(Uri host)
            {
                AskedFor.Enqueue(host);
                return true;
            }
        }
    }
}
