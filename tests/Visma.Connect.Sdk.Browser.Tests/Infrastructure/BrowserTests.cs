using Microsoft.Playwright;

namespace Visma.Connect.Sdk.Browser.Tests.Infrastructure;

/// <summary>Tests in Chromium. The browsers that a test opens are closed after it.</summary>
public abstract class BrowserTests(Chromium chromium) : IAsyncDisposable
{
    private readonly List<IPage> _pages = [];

    public async ValueTask DisposeAsync()
    {
        foreach (IPage page in _pages)
        {
            await page.Context.CloseAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a browser without cookies, with one tab.</summary>
    /// <param name="width">The width of its window in pixels.</param>
    protected async Task<IPage> OpenBrowserAsync(int width = 1280)
    {
        IPage page = await chromium.OpenAsync(width);
        _pages.Add(page);
        return page;
    }
}
