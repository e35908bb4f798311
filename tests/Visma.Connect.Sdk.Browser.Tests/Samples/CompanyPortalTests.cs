using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using Visma.Connect.Sdk.Browser.Tests.Infrastructure;

namespace Visma.Connect.Sdk.Browser.Tests.Samples;

/// <summary>The sample CompanyPortal, page by page, as its users see it.</summary>
public class CompanyPortalTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Kari = "Kari Nordmann";

    [Theory]
    [InlineData("1280", 1280, ColorScheme.Light)]
    [InlineData("390", 390, ColorScheme.Light)]
    [InlineData("1280-dark", 1280, ColorScheme.Dark)]
    public async Task Every_page_of_the_portal_is_accessible_and_fits_its_window(string window, int width, ColorScheme colors)
    {
        Uri address = PortalAddress();
        await using SampleProcess portal = await SampleProcess.StartPortalAsync(address);
        IPage page = await OpenBrowserAsync(width);
        await page.EmulateMediaAsync(new() { ColorScheme = colors });
        PortalVisit visit = new(page, address, window);

        await visit.OpenAsync("/");
        await visit.LookAsync("Sign in");
        await visit.PressAsync($"Sign in as {Kari}");
        await visit.LookAsync("Connections of Nordlys Bakeri AS");

        await visit.PressAsync("Connect Visma.net ERP");
        await visit.ConsentAsync(Kari);
        await visit.LookAsync("Visma.net ERP Connected");
        await visit.PressAsync("List customers");
        await visit.LookAsync("Customers in Visma.net ERP");
        await page.ExpectTextAsync("Nordlys Bakeri AS, customer 1");

        await visit.OpenAsync("/connections/dinero");
        await visit.LookAsync("Dinero Not connected");
        await visit.PressAsync("Connect");
        await visit.PressAsync("Cancel");
        await visit.LookAsync("Not connected");

        await visit.OpenAsync("/webhooks");
        await visit.PressAsync("Send an event");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await visit.LookAsync("Webhooks of Nordlys Bakeri AS");

        await visit.OpenAsync("/connections/erp-user");
        await visit.PressAsync("Create a link to mail");
        await page.ExpectTextAsync("Link to mail");
        await visit.LookAsync("Visma.net ERP Connected");
        await visit.OpenAsync(await page.GetByLabel("Link to mail").InputValueAsync());
        await visit.LookAsync("Connect your company");

        await visit.OpenAsync("/connections/erp-user");
        await visit.PressAsync("Withdraw the consent");
        await page.ExpectTextAsync("The consent is withdrawn at FakeVisma.");
        await visit.LookAsync("Visma.net ERP Connected");
        await visit.PressAsync("List customers");
        await page.ExpectHeadingAsync("Sign in");
        Assert.NotEqual(address.Port, new Uri(page.Url).Port);
        await visit.OpenAsync("/");
        await visit.LookAsync("Connections of Nordlys Bakeri AS");
        await visit.OpenAsync("/connections/erp-user");
        await visit.LookAsync("Visma.net ERP Ended: connect again");
        await visit.PressAsync("Reconnect");
        await visit.ConsentAsync(Kari);
        await page.ExpectHeadingAsync("Visma.net ERP Connected");
        await visit.PressAsync("Disconnect");
        await visit.LookAsync("Visma.net ERP Not connected");

        await visit.OpenAsync("/visma/connect/erp-user/fjellheim");
        await visit.LookAsync("This did not work");
        await visit.OpenAsync("/nowhere");
        await visit.LookAsync("There is no such page");

        Assert.True(visit.Faults.Count == 0, string.Join("\n", visit.Faults));
    }

    [Theory]
    [InlineData("eaccounting", "eAccounting", "Customers", "Fjellheim Bygg AS, customer 1")]
    [InlineData("dinero", "Dinero", "Organisations", "Fjellheim Bygg AS")]
    public async Task Portal_connects_at_the_server_of_the_sample_FakeVismaHost_with_the_settings_that_it_prints(
        string client,
        string title,
        string list,
        string first)
    {
        Uri address = PortalAddress();
        await using SampleProcess visma = await SampleProcess.StartVismaAsync(SampleProcess.FreePort(), new Uri(address, "visma/callback"));
        using MemoryStream json = new(Encoding.UTF8.GetBytes(visma.Output));
        IConfiguration settings = new ConfigurationBuilder().AddJsonStream(json).AddInMemoryCollection([new("Portal:UseFakeVisma", "false")]).Build();
        await using SampleProcess portal = await SampleProcess.StartPortalAsync(address, settings.AsEnumerable().Where(setting => setting.Value is not null));
        IPage page = await OpenBrowserAsync();
        PortalVisit visit = new(page, address, "host");

        await visit.OpenAsync($"/visma/connect/{client}/fjellheim?returnUrl=/connections/{client}");
        await visit.PressAsync("Sign in as Ola Hansen");
        await visit.ConsentAsync("Ola Hansen");
        await page.ExpectHeadingAsync($"{title} Connected");
        await visit.PressAsync($"List {list.ToLowerInvariant()}");

        await page.ExpectTextAsync(first);
    }

    [Fact]
    public async Task Another_user_sees_and_connects_only_their_own_company()
    {
        Uri address = PortalAddress();
        await using SampleProcess portal = await SampleProcess.StartPortalAsync(address);
        IPage kari = await OpenBrowserAsync();
        PortalVisit first = new(kari, address, "kari");
        await first.OpenAsync("/visma/connect/nxt/nordlys?returnUrl=/connections/nxt");
        await first.PressAsync($"Sign in as {Kari}");
        await first.ConsentAsync(Kari);
        await kari.ExpectHeadingAsync("Business NXT Connected");
        await first.OpenAsync("/webhooks");
        await first.PressAsync("Send an event");

        IPage ola = await OpenBrowserAsync();
        PortalVisit second = new(ola, address, "ola");
        await second.OpenAsync("/connections/nxt");
        await second.PressAsync("Sign in as Ola Hansen");
        await ola.ExpectHeadingAsync("Business NXT Not connected");
        await second.OpenAsync("/webhooks");
        await ola.ExpectTextAsync("No event has arrived yet.");
        await second.OpenAsync("/visma/connect/nxt/nordlys");
        await ola.ExpectHeadingAsync("This did not work");
        await second.OpenAsync("/");
        await second.PressAsync("Sign out");
        await ola.ExpectHeadingAsync("Sign in");

        Assert.Empty(first.Faults.Concat(second.Faults));
    }

    private static Uri PortalAddress() => new($"http://127.0.0.1:{SampleProcess.FreePort()}/");
}
