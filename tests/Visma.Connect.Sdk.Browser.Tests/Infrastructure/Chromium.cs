using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Visma.Connect.Sdk.Browser.Tests.Infrastructure.Chromium))]

namespace Visma.Connect.Sdk.Browser.Tests.Infrastructure;

/// <summary>The Chromium of the machine (Debian: <c>apt-get install chromium</c>), one process for all tests: see <see cref="BrowserTests"/>.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Variable = "VISMA_TESTS_CHROMIUM";

    // In milliseconds. It guards against a hang, and asserts nothing about speed.
    private const float Patience = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string Path => Environment.GetEnvironmentVariable(Variable) ?? "/usr/bin/chromium";

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Path))
        {
            Assertions.SetDefaultExpectTimeout(Patience);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Path,
                Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            });
        }
    }

    /// <summary>Opens a browser without cookies. Skips the test if there is no Chromium.</summary>
    /// <param name="width">The width of its window in pixels.</param>
    internal async Task<IPage> OpenAsync(int width)
    {
        Assert.SkipWhen(_browser is null, $"There is no Chromium at {Path}. Install it, or set {Variable} to its path.");
        IBrowserContext context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 } });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
