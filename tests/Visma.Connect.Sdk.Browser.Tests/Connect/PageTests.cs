using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Visma.Connect.Sdk.AspNetCore.Tests.Connect;
using Visma.Connect.Sdk.Browser.Tests.Infrastructure;

namespace Visma.Connect.Sdk.Browser.Tests.Connect;

/// <summary>
/// The look of the built-in pages: a screenshot of each in artifacts/screenshots, and what axe finds. Their text and their style are those that users get,
/// so a page whose Content-Security-Policy blocked its own style would show here.
/// </summary>
public class PageTests(Chromium chromium) : BrowserTests(chromium)
{
    private static readonly string[] Names =
        ["connected", "not-connected", "did-not-work", "confirm", "link", "link-used", "visma-sign-in", "visma-company"];

    private static readonly int[] Widths = [1280, 390];

    public static TheoryData<string, int> Pages => new(from name in Names from width in Widths select (name, width));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_is_accessible_and_fits_its_window(string name, int width)
    {
        await using ConnectApp app = await ConnectApp.StartAsync(vismaIsOtherSite: true);
        IPage page = await OpenBrowserAsync(width);
        List<string> faults = [];
        page.Console += (_, message) => faults.Add(message.Text);
        await page.SignInAsync(app.Address);
        await ShowAsync(name, page, app);

        AxeResult axe = await page.RunAxe();
        string folder = Path.Combine(Repository.Root, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"connect-{name}-{width}.png") });

        Assert.NotEmpty(axe.Passes);
        Assert.Empty(axe.Violations.Select(violation => $"{violation.Impact} {violation.Id}: {violation.Help} {violation.Nodes.FirstOrDefault()?.Html}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "The page is wider than its window.");
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.DoesNotContain(faults, fault => fault.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_button_can_be_reached_and_pressed_with_the_keyboard()
    {
        await using ConnectApp app = await ConnectApp.StartAsync(vismaIsOtherSite: true);
        IPage page = await OpenBrowserAsync();
        Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
        await page.GotoAsync(link.AbsoluteUri);

        await page.Keyboard.PressAsync("Tab");
        string outline = await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineWidth");
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal("3px", outline);
        await page.ExpectHeadingAsync("Sign in");
    }

    private static async Task ShowAsync(string name, IPage page, ConnectApp app)
    {
        Uri start = new(app.Address, "visma/connect/eaccounting/customer-42?returnUrl=%2F");
        switch (name)
        {
            case "connected":
                await page.StartAsync(app.Address, "eaccounting");
                await page.ConsentAsync(app.User, app.First);
                await page.ExpectHeadingAsync("Connected");
                break;
            case "not-connected":
                await page.GotoAsync(start.AbsoluteUri);
                await page.PressAsync("Cancel");
                await page.ExpectHeadingAsync("Not connected");
                break;
            case "did-not-work":
                await page.GotoAsync(start.AbsoluteUri);
                app.Time.Advance(TimeSpan.FromMinutes(16));
                await page.ConsentAsync(app.User, app.First);
                await page.ExpectHeadingAsync("This did not work");
                break;
            case "confirm":

                await page.OpenFromOtherSiteAsync(start);
                await page.ExpectHeadingAsync("Connect a company");
                break;
            case "link":
            case "link-used":
                Uri link = await app.Links.CreateAsync(app.Address, "dinero", "customer-42", cancellationToken: ConnectApp.Cancellation);
                await page.GotoAsync(link.AbsoluteUri);
                if (name == "link")
                {
                    return;
                }

                await page.PressAsync("Continue to Visma");
                await page.ConsentAsync(app.User, app.First);
                await page.ExpectHeadingAsync("Connected");
                await page.GotoAsync(link.AbsoluteUri);
                await page.PressAsync("Continue to Visma");
                await page.ExpectHeadingAsync("This did not work");
                break;
            case "visma-sign-in":
                await page.GotoAsync(start.AbsoluteUri);
                await page.ExpectHeadingAsync("Sign in");
                break;
            default:
                await page.GotoAsync(start.AbsoluteUri);
                await page.ChooseUserAsync(app.User);
                await page.ExpectHeadingAsync("Choose a company");
                break;
        }
    }
}
