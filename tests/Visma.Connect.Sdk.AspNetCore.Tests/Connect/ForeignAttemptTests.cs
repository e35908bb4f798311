namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

/// <summary>Attempts of another browser, another user, another time, or with changed cookies.</summary>
public class ForeignAttemptTests
{
    [Fact]
    public async Task Response_that_is_replayed_in_another_browser_is_lost()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        using TestBrowser other = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);

        using HttpResponseMessage response = await other.SendAsync(callback);

        await HostileTests.AssertIsAsync(400, response);
        Assert.Contains("This browser did not start this connection, or it was started more than 15 minutes ago.", await HostileTests.TextOf(response), StringComparison.Ordinal);
        Assert.Empty(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Response_after_15_minutes_is_gone()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        app.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));

        using HttpResponseMessage response = await browser.SendAsync(callback);

        await HostileTests.AssertIsAsync(410, response);
        Assert.Contains("started more than 15 minutes ago", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_of_another_user_is_refused_in_the_same_browser()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync("anna");
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        await browser.SignInAsync("bert");

        using HttpResponseMessage response = await browser.ReturnAsync(callback);

        await HostileTests.AssertIsAsync(403, response);
        Assert.Contains("Another user started this connection.", await HostileTests.TextOf(response), StringComparison.Ordinal);
        Assert.Empty(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cookies_of_another_user_are_refused_in_the_browser_of_a_thief_who_is_signed_in()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync("anna");
        using TestBrowser thief = await app.OpenBrowserAsync("mallory");
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        foreach (string cookie in browser.AttemptCookies)
        {
            thief.Cookies[cookie] = browser.Cookies[cookie];
        }

        using HttpResponseMessage response = await thief.ReturnAsync(callback);

        await HostileTests.AssertIsAsync(403, response);
    }

    [Fact]
    public async Task Permission_that_was_withdrawn_meanwhile_refuses_the_callback()
    {
        bool isAllowed = true;
        await using ConnectApp app = await ConnectApp.StartAsync(options => options.AuthorizeConnection = _ => ValueTask.FromResult(isAllowed));
        using TestBrowser browser = await app.OpenBrowserAsync();
        FakeCallback callback = await app.Visma.SignInAsync(await ConnectApp.BeginAsync(browser), app.User, app.First, ConnectApp.Cancellation);
        isAllowed = false;

        using HttpResponseMessage response = await browser.ReturnAsync(callback);

        await HostileTests.AssertIsAsync(403, response);
        Assert.Empty(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cookie_under_the_name_of_another_attempt_or_changed_is_not_accepted()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        string first = HostileTests.StateOf(await ConnectApp.BeginAsync(browser));
        string nameOfFirst = Assert.Single(browser.AttemptCookies);
        (string genuine, _) = browser.Cookies[nameOfFirst];
        await ConnectApp.BeginAsync(browser);
        string nameOfSecond = browser.AttemptCookies.Single(name => name != nameOfFirst);
        string[] values = [browser.Cookies[nameOfSecond].Value, genuine[..^1], "x" + genuine, genuine[..20], "%00", "a", new string('A', 400)];

        foreach (string value in values)
        {
            browser.Cookies[nameOfFirst] = (value, true);
            using HttpResponseMessage response = await browser.PostFromOtherSiteAsync(new Uri(app.Address, "visma/callback"), $"state={first}&code=x");
            await HostileTests.AssertIsAsync(400, response);
        }
    }
}
