using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;
using Visma.Connect.Sdk.Browser.Tests.Infrastructure;

namespace Visma.Connect.Sdk.Browser.Tests.SignOut;

/// <summary>A session in Chromium that ends with the session at Visma.</summary>
public class SignOutTests(Chromium chromium) : BrowserTests(chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logout_at_Visma_ends_the_session_of_the_browser_and_not_another_one()
    {
        // The handler of ASP.NET Core compares id tokens with the clock of the machine.
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: Cancellation);
        FakeClient client = visma.AddClient("isv_acme_web", "openid", "profile", "business-graphql-api:access-group-based").AllowRedirectTo("http://127.0.0.1/signin-oidc");
        FakeUser user = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
        await using WebApplication app = await OpenIdConnectApp.StartAsync(visma, client);
        Uri address = new(app.Urls.Single());
        IPage office = await OpenBrowserAsync();
        IPage home = await OpenBrowserAsync();
        string session = await SignInAsync(office, address, user);
        await SignInAsync(home, address, user);

        using HttpClient atVisma = new();
        using HttpResponseMessage answer = await FakeIdentityServer.SendBackChannelLogoutAsync(
            atVisma, new Uri(address, "/visma/signout/back-channel"), visma.Connect.CreateLogoutToken(client, user, session), Cancellation);
        await office.GotoAsync(new Uri(address, "companies").AbsoluteUri);
        await home.GotoAsync(new Uri(address, "companies").AbsoluteUri);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/connect/authorize", new Uri(office.Url).AbsolutePath);
        Assert.Contains("Acme AS", await home.ContentAsync(), StringComparison.Ordinal);
    }

    // The id of the session at Visma: a new one for each sign-in.
    private static async Task<string> SignInAsync(IPage page, Uri address, FakeUser user)
    {
        await page.GotoAsync(new Uri(address, "companies").AbsoluteUri);
        await page.ChooseUserAsync(user);
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Acme AS");
        await page.GotoAsync(new Uri(address, "session").AbsoluteUri);
        return await page.Locator("body").InnerTextAsync();
    }
}
