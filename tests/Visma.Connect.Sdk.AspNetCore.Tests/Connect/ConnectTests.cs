using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

public class ConnectTests
{
    [Theory]
    [InlineData(ConnectApp.Dinero)]
    [InlineData(ConnectApp.EAccounting)]
    public async Task User_connects_a_company_by_form_post(string client)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        FakeCallback callback = await app.Visma.SignInAsync(
            await ConnectApp.BeginAsync(browser, $"/visma/connect/{client}/customer-42"), app.User, app.Second, ConnectApp.Cancellation);
        using HttpResponseMessage page = await browser.ReturnAsync(callback);

        Assert.True(callback.IsFormPost);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<h1>Connected</h1>", await page.Content.ReadAsStringAsync(ConnectApp.Cancellation), StringComparison.Ordinal);
        Assert.Equal(app.Second.TenantId, (await app.FindAsync(client))!.Company);
    }

    [Theory]
    [InlineData(ConnectApp.Dinero)]
    [InlineData(ConnectApp.EAccounting)]
    public async Task User_connects_a_company_by_query(string client)
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.ResponseMode = AuthorizationResponseMode.Query);
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage page = await app.ConnectAsync(browser, $"/visma/connect/{client}/customer-42");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.NotNull(await app.FindAsync(client));
    }

    [Fact]
    public async Task Browser_returns_to_the_local_address_that_the_start_named()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage end = await app.ConnectAsync(browser, "/visma/connect/dinero/customer-42?returnUrl=%2Fcompanies%3Fid%3D42%26name%3D%C3%85s%23top");

        Assert.Equal(HttpStatusCode.SeeOther, end.StatusCode);
        Assert.Equal("/companies?id=42&name=%C3%85s#top", end.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Cookie_of_an_attempt_is_bound_to_the_host_and_unreadable_for_scripts()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        await ConnectApp.BeginAsync(browser);

        string cookie = Assert.Single(browser.SetCookies, cookie => cookie.StartsWith("__Host-visma.", StringComparison.Ordinal));
        Assert.EndsWith("; max-age=900; path=/; secure; samesite=none; httponly", cookie, StringComparison.Ordinal);
        Assert.InRange(cookie.Length, 1, 1600);
    }

    [Fact]
    public async Task Cookie_of_an_attempt_by_query_is_lax()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.ResponseMode = AuthorizationResponseMode.Query);
        using TestBrowser browser = await app.OpenBrowserAsync();

        await ConnectApp.BeginAsync(browser);

        Assert.EndsWith("; samesite=lax; httponly", browser.SetCookies[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_is_kept_out_of_caches_and_referrers()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage start = await browser.GetAsync("/visma/connect/dinero/customer-42");
        FakeCallback callback = await app.Visma.SignInAsync(start.Headers.Location!, app.User, app.First, ConnectApp.Cancellation);
        using HttpResponseMessage received = await browser.SendAsync(callback);
        using HttpResponseMessage end = await browser.GetAsync(received.Headers.Location!);
        using HttpResponseMessage lost = await browser.GetAsync("/visma/callback?state=other&code=x");
        using HttpResponseMessage link = await browser.GetAsync("/visma/reconnect");

        Assert.All([start, received, end, lost, link], response =>
        {
            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        });
        Assert.DoesNotContain("code=", received.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_attempts_in_one_browser_do_not_disturb_each_other()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.AuthorizeConnection = _ => ValueTask.FromResult(true));
        using TestBrowser browser = await app.OpenBrowserAsync();

        Uri first = await ConnectApp.BeginAsync(browser, "/visma/connect/dinero/one?returnUrl=/1");
        Uri second = await ConnectApp.BeginAsync(browser, "/visma/connect/eaccounting/two?returnUrl=/2");
        using HttpResponseMessage endOfSecond = await browser.ReturnAsync(await app.Visma.SignInAsync(second, app.User, app.Second, ConnectApp.Cancellation));
        using HttpResponseMessage endOfFirst = await browser.ReturnAsync(await app.Visma.SignInAsync(first, app.User, app.First, ConnectApp.Cancellation));

        Assert.Equal(("/1", "/2"), (endOfFirst.Headers.Location!.OriginalString, endOfSecond.Headers.Location!.OriginalString));
        Assert.Equal(app.First.TenantId, (await app.FindAsync("dinero", "one"))!.Company);
        Assert.Equal(app.Second.TenantId, (await app.FindAsync("eaccounting", "two"))!.Company);
    }

    [Fact]
    public async Task Browser_keeps_the_four_newest_attempts()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        await ConnectApp.BeginAsync(browser);
        string oldest = Assert.Single(browser.AttemptCookies);

        for (int attempt = 0; attempt < 4; attempt++)
        {
            app.Time.Advance(TimeSpan.FromSeconds(1));
            await ConnectApp.BeginAsync(browser);
        }

        Assert.Equal(4, browser.AttemptCookies.Count());
        Assert.DoesNotContain(oldest, browser.AttemptCookies);
        Assert.InRange(browser.Cookies.Sum(cookie => cookie.Key.Length + cookie.Value.Value.Length), 1, 7500);
    }

    [Fact]
    public async Task Reload_and_Back_after_success_show_the_success_again_and_exchange_nothing()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        using HttpResponseMessage received = await browser.SendAsync(callback);
        using HttpResponseMessage first = await browser.GetAsync(received.Headers.Location!);

        using HttpResponseMessage reload = await browser.GetAsync(received.Headers.Location!);
        using HttpResponseMessage back = await browser.ReturnAsync(callback);

        string page = await first.Content.ReadAsStringAsync(ConnectApp.Cancellation);
        Assert.Equal(page, await reload.Content.ReadAsStringAsync(ConnectApp.Cancellation));
        Assert.Equal(page, await back.Content.ReadAsStringAsync(ConnectApp.Cancellation));
        Assert.Single(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Page_of_success_can_be_reloaded_for_an_hour()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        using HttpResponseMessage received = await browser.SendAsync(callback);
        using HttpResponseMessage end = await browser.GetAsync(received.Headers.Location!);

        app.Time.Advance(TimeSpan.FromMinutes(59));
        using HttpResponseMessage reload = await browser.GetAsync(received.Headers.Location!);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        using HttpResponseMessage late = await browser.GetAsync(received.Headers.Location!);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Gone), (reload.StatusCode, late.StatusCode));
    }

    [Fact]
    public async Task Double_click_in_two_processes_connects_once()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        await app.StartNodeAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);

        using HttpResponseMessage onFirst = await browser.SendAsync(callback);
        using HttpResponseMessage onSecond = await browser.SendAsync(callback, app.AddressOf(1));
        HttpResponseMessage[] ends = await app.OpenAtOnceAsync(browser, onFirst.Headers.Location!, 1);

        Assert.All(ends, end => Assert.Equal(HttpStatusCode.OK, end.StatusCode));
        Assert.Single(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelling_at_Visma_changes_nothing_and_says_so_again_after_a_reload()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        FakeCallback callback = await app.Visma.CancelSignInAsync(await ConnectApp.BeginAsync(browser), ConnectApp.Cancellation);
        using HttpResponseMessage received = await browser.SendAsync(callback);
        using HttpResponseMessage end = await browser.GetAsync(received.Headers.Location!);
        using HttpResponseMessage reload = await browser.GetAsync(received.Headers.Location!);

        string page = await end.Content.ReadAsStringAsync(ConnectApp.Cancellation);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        Assert.Contains("You did not give your consent at Visma. Nothing was changed.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/visma/connect/dinero/customer-42\"", page, StringComparison.Ordinal);
        Assert.Equal(page, await reload.Content.ReadAsStringAsync(ConnectApp.Cancellation));
        Assert.Null(await app.FindAsync());
    }

    [Fact]
    public async Task User_who_signed_out_meanwhile_signs_in_and_completes()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        (await browser.GetAsync("/logout")).Dispose();

        using HttpResponseMessage received = await browser.SendAsync(callback);
        using HttpResponseMessage challenge = await browser.GetAsync(received.Headers.Location!);
        await browser.SignInAsync("anna");
        using HttpResponseMessage end = await browser.GetAsync(received.Headers.Location!);

        Assert.Equal(HttpStatusCode.Redirect, challenge.StatusCode);
        Assert.StartsWith("/sign-in?ReturnUrl=%2Fvisma%2Fcallback%3Fattempt%3D", challenge.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }

    [Fact]
    public async Task RequireAuthorization_takes_effect_at_the_start_and_not_at_the_callback()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(conventions: endpoints => endpoints.RequireAuthorization());
        using TestBrowser browser = await app.OpenBrowserAsync(user: null);

        using HttpResponseMessage anonymous = await browser.GetAsync("/visma/connect/dinero/customer-42");
        await browser.SignInAsync("anna");
        using HttpResponseMessage end = await app.ConnectAsync(browser);

        Assert.Contains("/sign-in", anonymous.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }
}
