using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Visma.Connect.Sdk.Browser.Tests.Infrastructure;

namespace Visma.Connect.Sdk.Browser.Tests.Samples;

/// <summary>A visit to the portal with one window. Each page that it looks at is examined, and stored as a picture in artifacts/screenshots.</summary>
internal sealed class PortalVisit
{
    private readonly List<string> _faults = [];
    private readonly IPage _page;
    private readonly Uri _portal;
    private readonly string _window;
    private int _looks;

    public PortalVisit(IPage page, Uri portal, string window)
    {
        _page = page;
        _portal = portal;
        _window = window;
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _faults.Add(message.Text);
            }
        };
    }

    /// <summary>What is wrong with the pages: findings of axe, pages that are wider than the window, and what a page's own policy has blocked.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public Task OpenAsync(string address) => _page.GotoAsync(new Uri(_portal, address).AbsoluteUri);

    /// <summary>Presses a button of the page, or follows a link.</summary>
    public Task PressAsync(string text) =>
        _page.GetByRole(AriaRole.Button, new() { Name = text, Exact = true }).Or(_page.Locator("main").GetByRole(AriaRole.Link, new() { Name = text, Exact = true })).First.ClickAsync();

    /// <summary>Waits for a page with a heading, examines it, and stores a picture of it.</summary>
    public async Task LookAsync(string heading)
    {
        await _page.ExpectHeadingAsync(heading);
        string picture = $"portal-{_window}-{++_looks:00}";
        await _page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", picture + ".png"), FullPage = true });

        AxeResult axe = await _page.RunAxe();
        Assert.NotEmpty(axe.Passes);
        _faults.AddRange(
            from violation in axe.Violations
            from node in violation.Nodes
            select $"{picture} '{heading}': {violation.Impact} {violation.Id}: {violation.Help}: {node.Html}");
        if (await _page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth"))
        {
            _faults.Add($"{picture} '{heading}' is wider than its window");
        }
    }

    /// <summary>Goes through the pages of FakeVisma.</summary>
    public async Task ConsentAsync(string user)
    {
        await _page.ExpectHeadingAsync("Sign in");
        await _page.ChooseAsync(user);
        await Assertions.Expect(_page.Locator("h1")).Not.ToHaveTextAsync("Sign in");
        if (await _page.GetByRole(AriaRole.Heading, new() { Name = "Choose a company" }).IsVisibleAsync())
        {
            await _page.PressAsync("Continue");
        }
    }
}
