using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk.AspNetCore.Tests.Connect;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>MapVismaConnect at a real OpenID Connect server, which nobody wrote for this library.</summary>
public sealed class WebConnectTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private OpenIddictServer _server = null!;
    private WebApplication _app = null!;
    private AuthorizationResponseMode? _mode;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Address => new(_app.Urls.Single() + "/");

    public async ValueTask InitializeAsync()
    {
        _server = await OpenIddictServer.StartAsync(_time);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddVismaConnect(Configure).AddConnectEndpoints();
        _app = builder.Build();
        _app.MapVismaConnect(options =>
        {
            options.AuthorizeConnection = _ => ValueTask.FromResult(true);
            options.ConfigureRequest = (_, request) => request.ResponseMode = _mode ?? request.ResponseMode;
        });
        await _app.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task User_connects_by_form_post_and_reloads()
    {
        _mode = AuthorizationResponseMode.FormPost;
        using TestBrowser browser = new(Address);
        Uri authorization = await BeginAsync(browser);
        string form = QueryHelpers.AddQueryString("", await _server.ConsentByFormAsync(authorization))[1..];

        using HttpResponseMessage received = await browser.PostFromOtherSiteAsync(CallbackWith(""), form);
        using HttpResponseMessage page = await browser.GetAsync(received.Headers.Location!);
        using HttpResponseMessage reload = await browser.GetAsync(received.Headers.Location!);

        await AssertConnectedAsync(page);
        await AssertConnectedAsync(reload);
        Assert.Equal(1, _server.TokenRequests);
    }

    [Fact]
    public async Task User_connects_by_query_which_is_the_default_at_other_servers()
    {
        using TestBrowser browser = new(Address);
        Uri callback = await _server.ConsentAsync(await BeginAsync(browser));

        using HttpResponseMessage received = await browser.GetAsync(CallbackWith(callback.Query));
        using HttpResponseMessage page = await browser.GetAsync(received.Headers.Location!);

        await AssertConnectedAsync(page);
    }

    [Fact]
    public async Task Response_in_another_browser_is_refused()
    {
        using TestBrowser browser = new(Address);
        using TestBrowser other = new(Address);
        Uri callback = await _server.ConsentAsync(await BeginAsync(browser));

        using HttpResponseMessage refused = await other.GetAsync(CallbackWith(callback.Query));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(0, _server.TokenRequests);
    }

    private static async Task<Uri> BeginAsync(TestBrowser browser)
    {
        using HttpResponseMessage start = await browser.GetAsync("/visma/connect/acme/customer-42");
        Assert.Equal(HttpStatusCode.SeeOther, start.StatusCode);
        return start.Headers.Location!;
    }

    private async Task AssertConnectedAsync(HttpResponseMessage page)
    {
        Assert.Contains("<h1>Connected</h1>", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.NotNull(await _app.Services.GetRequiredService<VismaConnections>().FindAsync("acme", "customer-42", Cancellation));
    }

    // The path of the client's redirect URI, at the address of this application.
    private Uri CallbackWith(string query) => new(Address, new Uri(OpenIddictServer.RedirectUri).AbsolutePath + query);

    private void Configure(VismaConnectOptions options)
    {
        VismaClientOptions client = new()
        {
            Authority = "OpenIddict",
            ClientId = OpenIddictServer.ClientId,
            ClientSecret = OpenIddictServer.ClientSecret,
            RedirectUri = OpenIddictServer.RedirectUri,
        };
        foreach (string scope in (string[])["openid", OpenIddictServer.Api, "offline_access"])
        {
            client.Scopes.Add(scope);
        }

        options.Clients["acme"] = client;
        options.Authorities["OpenIddict"] = new VismaAuthorityOptions { BasedOn = VismaAuthorityOptions.OpenIdConnect, BaseAddress = _server.Address, Discover = true };
        options.AllowConnectionsInMemory = true;
    }
}
