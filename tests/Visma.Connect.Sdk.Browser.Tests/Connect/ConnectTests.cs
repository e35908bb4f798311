using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Visma.Connect.Sdk.AspNetCore.Tests.Connect;
using Visma.Connect.Sdk.Browser.Tests.Infrastructure;

namespace Visma.Connect.Sdk.Browser.Tests.Connect;

/// <summary>Connecting in Chromium, with the application at 127.0.0.1 and FakeVisma at localhost: to a browser, two sites.</summary>
public class ConnectTests(Chromium chromium) : BrowserTests(chromium)
{
    public static TheoryData<string> Clients => [ConnectApp.Dinero, ConnectApp.EAccounting];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task User_chooses_a_company_and_connects_it(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.StartAsync(app.Address, client);
        Assert.Equal("localhost", new Uri(page.Url).Host);
        await page.ConsentAsync(app.User, app.Second);

        await page.ExpectHeadingAsync("Connected");
        await page.ExpectTextAsync($"customer-42 (company {app.Second.TenantId})");
        Assert.StartsWith(new Uri(app.Address, "visma/callback?attempt=").AbsoluteUri, page.Url, StringComparison.Ordinal);
        Assert.Equal(app.Second.TenantId, (await app.FindAsync(client))!.Company);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task User_connects_by_query(string client)
    {
        await using ConnectApp app = await StartAsync(options => options.ResponseMode = AuthorizationResponseMode.Query);
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.First);

        await page.ExpectHeadingAsync("Connected");
        Assert.DoesNotContain("code=", page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task User_who_cancels_at_Visma_can_begin_again(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.StartAsync(app.Address, client);
        await page.PressAsync("Cancel");
        await page.ExpectHeadingAsync("Not connected");
        Assert.Null(await app.FindAsync(client));
        await page.ReloadAsync();
        await page.ExpectHeadingAsync("Not connected");
        await page.GetByRole(AriaRole.Link, new() { Name = "Connect again" }).ClickAsync();
        await page.ConsentAsync(app.User, app.First);

        await page.ExpectHeadingAsync("Connected");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Browser_returns_to_the_page_that_the_start_named(string client)
    {
        await using ConnectApp app = await StartAsync(pipeline: node => node.MapGet("/companies", () => "The companies"));
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.StartAsync(app.Address, client, query: "?returnUrl=%2Fcompanies%3Fpage%3D2");
        await page.ConsentAsync(app.User, app.First);

        await page.WaitForURLAsync(new Uri(app.Address, "companies?page=2").AbsoluteUri);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Reload_and_Back_show_the_success_again(string client)
    {
        await using ConnectApp app = await StartAsync(pipeline: node => node.MapGet("/companies", () => "The companies"));
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.First);
        await page.ExpectHeadingAsync("Connected");

        await page.ReloadAsync();
        await page.ExpectHeadingAsync("Connected");
        await page.GotoAsync(new Uri(app.Address, "companies").AbsoluteUri);
        await page.GoBackAsync();
        await page.ExpectHeadingAsync("Connected");

        Assert.Single(ServerOf(app, client).TokenEndpoint.Requests);
    }

    // Back from the success leads to the page of Visma that posts the response by itself.
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Back_to_the_page_that_posts_the_response_shows_the_success_again(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        List<string> posted = [];
        page.Request += (_, request) => posted.AddRange(request.Method == "POST" && request.Url.EndsWith("/visma/callback", StringComparison.Ordinal)
            ? [request.PostData!]
            : []);
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.First);
        await page.ExpectHeadingAsync("Connected");

        await page.PostFromOtherSiteAsync(new Uri(app.Address, "visma/callback"), Assert.Single(posted));
        await page.ExpectHeadingAsync("Connected");

        Assert.Equal(2, posted.Count);
        Assert.Equal(posted[0], posted[1]);
        Assert.Single(ServerOf(app, client).TokenEndpoint.Requests);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Two_tabs_connect_two_companies(string client)
    {
        await using ConnectApp app = await StartAsync(options => options.AuthorizeConnection = _ => ValueTask.FromResult(true));
        IPage first = await OpenBrowserAsync();
        await first.SignInAsync(app.Address);
        IPage second = await first.Context.NewPageAsync();

        await first.StartAsync(app.Address, client, "one");
        await second.StartAsync(app.Address, client, "two");
        await second.ConsentAsync(app.User, app.Second);
        await second.ExpectHeadingAsync("Connected");
        await first.ConsentAsync(app.User, app.First);
        await first.ExpectHeadingAsync("Connected");

        Assert.Equal(app.First.TenantId, (await app.FindAsync(client, "one"))!.Company);
        Assert.Equal(app.Second.TenantId, (await app.FindAsync(client, "two"))!.Company);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task User_who_takes_longer_than_15_minutes_begins_again(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);
        app.Time.Advance(TimeSpan.FromMinutes(16));

        await page.ConsentAsync(app.User, app.First);
        await page.ExpectTextAsync("This browser did not start this connection, or it was started more than 15 minutes ago. Start again.");
        await page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await page.ConsentAsync(app.User, app.First);

        await page.ExpectHeadingAsync("Connected");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Consent_of_another_browser_is_lost(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage victim = await OpenBrowserAsync();
        await victim.SignInAsync(app.Address, "bert");
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);

        // The victim is lured to the page at Visma that the other browser has opened.
        await victim.GotoAsync(page.Url);
        await victim.ConsentAsync(app.User, app.First);

        await victim.ExpectTextAsync("This browser did not start this connection");
        Assert.Null(await app.FindAsync(client));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Forged_state_is_refused(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);

        await page.GotoAsync(new Uri(app.Address, "visma/callback?state=forged&code=forged").AbsoluteUri);

        await page.ExpectHeadingAsync("This did not work");
        Assert.Empty(ServerOf(app, client).TokenEndpoint.Requests);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Disconnected_company_can_be_connected_again(string client)
    {
        await using ConnectApp app = await StartAsync(pipeline: node => node.MapGet(
            "/disconnect", async (VismaConnections connections) => (await connections.DisconnectAsync(client, "customer-42")).ToString()));
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.First);
        await page.ExpectHeadingAsync("Connected");

        await page.GotoAsync(new Uri(app.Address, "disconnect").AbsoluteUri);
        Assert.Null(await app.FindAsync(client));
        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.Second);
        await page.ExpectHeadingAsync("Connected");

        Assert.Equal(app.Second.TenantId, (await app.FindAsync(client))!.Company);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Mailed_link_connects_the_company_again_in_another_browser(string client)
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);
        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.Second);
        await page.ExpectHeadingAsync("Connected");
        Uri link = await app.Links.CreateAsync(app.Address, client, "customer-42", cancellationToken: ConnectApp.Cancellation);

        IPage other = await OpenBrowserAsync();
        await other.GotoAsync(link.AbsoluteUri);
        await other.ExpectHeadingAsync("Connect your company");
        await other.PressAsync("Continue to Visma");
        await other.ChooseUserAsync(app.User);
        if (client == ConnectApp.EAccounting)
        {
            // Visma Connect does not ask for the company: the link has named it.
            await other.ChooseAsync(app.Second.Name);
        }

        await other.ExpectHeadingAsync("Connected");
        await other.ExpectTextAsync($"company {app.Second.TenantId}");
        await other.GotoAsync(link.AbsoluteUri);
        await other.PressAsync("Continue to Visma");
        await other.ExpectTextAsync("This link was used before.");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Two_processes_behind_a_load_balancer_need_no_session(string client)
    {
        await using ConnectApp app = await StartAsync();
        await app.StartNodeAsync();
        await using RoundRobin balancer = await RoundRobin.StartAsync(app.AddressOf(0), app.AddressOf(1));
        app.AllowRedirectTo(balancer.Address);
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(balancer.Address);

        await page.StartAsync(balancer.Address, client);
        await page.ConsentAsync(app.User, app.First);
        await page.ExpectHeadingAsync("Connected");
        await page.ReloadAsync();
        await page.ExpectHeadingAsync("Connected");

        Assert.All(balancer.Requests, requests => Assert.NotEqual(0, requests));
        Assert.Single(ServerOf(app, client).TokenEndpoint.Requests);
    }

    // Chromium sends a cookie without SameSite with a cross-site POST for two minutes, but none that says Lax: so the library must say None.
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Lax_cookie_of_an_attempt_is_not_sent_with_form_post(string client)
    {
        await using ConnectApp app = await StartAsync(pipeline: node => node.Use(async (context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.SetCookie = context.Response.Headers.SetCookie
                    .Select(cookie => cookie!.Replace("samesite=none", "samesite=lax", StringComparison.Ordinal)).ToArray();
                return Task.CompletedTask;
            });
            await next(context);
        }));
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.StartAsync(app.Address, client);
        await page.ConsentAsync(app.User, app.First);

        await page.ExpectTextAsync("This browser did not start this connection");
        Assert.Null(await app.FindAsync(client));
    }

    [Fact]
    public async Task Another_site_that_links_to_the_start_needs_a_click_of_the_user()
    {
        await using ConnectApp app = await StartAsync();
        IPage page = await OpenBrowserAsync();
        await page.SignInAsync(app.Address);

        await page.OpenFromOtherSiteAsync(new Uri(app.Address, "visma/connect/dinero/customer-42"));
        await page.ExpectHeadingAsync("Connect a company");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();

        await page.ExpectHeadingAsync("Sign in");
    }

    private static FakeIdentityServer ServerOf(ConnectApp app, string client) =>
        client == ConnectApp.EAccounting ? app.Visma.EAccountingIdentity : app.Visma.Connect;

    private static Task<ConnectApp> StartAsync(Action<VismaConnectEndpointOptions>? options = null, Action<WebApplication>? pipeline = null) =>
        ConnectApp.StartAsync(options, pipeline: pipeline, vismaIsOtherSite: true);
}
