using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace Visma.Connect.Sdk.Browser.Tests.Infrastructure;

/// <summary>What a person does on the pages of the application and of FakeVisma.</summary>
internal static class VismaPages
{
    /// <summary>Signs in to the application.</summary>
    public static Task SignInAsync(this IPage page, Uri application, string user = "anna", string connection = "customer-42") =>
        page.GotoAsync(new Uri(application, $"login?user={user}&customer={connection}").AbsoluteUri);

    /// <summary>Opens the start, from which the browser goes on to Visma.</summary>
    public static async Task StartAsync(this IPage page, Uri application, string client, string connection = "customer-42", string query = "")
    {
        await page.GotoAsync(new Uri(application, $"visma/connect/{client}/{connection}{query}").AbsoluteUri);
        await page.ExpectHeadingAsync("Sign in");
    }

    /// <summary>Signs in at Visma and consents for a company. The browser returns to the application.</summary>
    public static async Task ConsentAsync(this IPage page, FakeUser user, FakeCompany company)
    {
        await page.ChooseUserAsync(user);
        await page.ChooseAsync(company.Name);
    }

    public static async Task ChooseUserAsync(this IPage page, FakeUser user)
    {
        await page.ExpectHeadingAsync("Sign in");
        await page.ChooseAsync(user.Name);
    }

    public static async Task ChooseAsync(this IPage page, string name)
    {
        await page.GetByLabel(name).CheckAsync();
        await page.PressAsync("Continue");
    }

    /// <summary>Opens a page of another site, which sends the browser on.</summary>
    public static Task OpenFromOtherSiteAsync(this IPage page, Uri target) => page.OpenOtherSiteAsync($"<script>location = '{target.AbsoluteUri}'</script>");

    /// <summary>Opens a page of another site, which posts a form.</summary>
    public static Task PostFromOtherSiteAsync(this IPage page, Uri target, string form) => page.OpenOtherSiteAsync(
        $"<form method='post' action='{target.AbsoluteUri}'>"
        + string.Concat(QueryHelpers.ParseQuery(form).Select(field => $"<input type='hidden' name='{field.Key}' value='{field.Value}'>"))
        + "</form><script>document.forms[0].submit()</script>");

    public static Task PressAsync(this IPage page, string button) => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    public static async Task ExpectHeadingAsync(this IPage page, string heading) =>
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    public static async Task ExpectTextAsync(this IPage page, string text) => await Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);

    private static async Task OpenOtherSiteAsync(this IPage page, string html)
    {
        const string OtherSite = "http://localhost:1/";
        await page.RouteAsync(OtherSite, route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
        await page.GotoAsync(OtherSite);
    }
}
