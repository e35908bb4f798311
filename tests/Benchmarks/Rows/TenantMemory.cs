using System.Globalization;
using Microsoft.Identity.Client;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>The memory of a tenant with its name and its token, after a full garbage collection.</summary>
internal static class TenantMemory
{
    private const int Tenants = 10_000;
    private const int MostLooks = 40;

    public static async Task<Row> MeasureAsync()
    {
        Dictionary<string, string> bare = [];
        double ofBare = await PerTenantAsync(tenant =>
        {
            bare[tenant] = new string('t', StubTokenEndpoint.UsualLength);
            return Task.CompletedTask;
        });

        IConfidentialClientApplication msal = Msal.Application(new StubTokenEndpoint());
        double ofMsal = await PerTenantAsync(tenant => Msal.RequestTokenAsync(msal, tenant));

        ShiftedTime time = new();
        LibraryApp app = new(new StubApi(), new StubTokenEndpoint { Time = time });
        Task GetTokenAsync(string tenant) => app.Tokens.GetTokenAsync(TokenKey.ForTenant(LibraryApp.ForTenants, tenant)).AsTask();
        await GetTokenAsync("first");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        double ofLibrary = await PerTenantAsync(GetTokenAsync);
        time.Advance(TimeSpan.FromDays(2));
        await GetTokenAsync("last");
        double afterExpiry = await LeftAfterCleanUpAsync(before, ofLibrary);

        GC.KeepAlive(bare);
        GC.KeepAlive(msal);
        GC.KeepAlive(app);
        return new Row("memory per tenant, 10,000 tenants", Kilobytes(ofBare) + ", a bare dictionary", "2.4 KB, dropped after expiry")
        {
            Panel = new Panel("Memory per tenant", "KB, 10,000 tenants", "0.0"),
            Cells =
            {
                [Column.Library] = new Cell($"{Kilobytes(ofLibrary)}; {Kilobytes(afterExpiry)} after expiry", ofLibrary),
                [Column.Msal] = new Cell(Kilobytes(ofMsal), ofMsal),
            },
        };
    }

    private static async Task<double> PerTenantAsync(Func<string, Task> addAsync)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int tenant = 0; tenant < Tenants; tenant++)
        {
            await addAsync(Guid.NewGuid().ToString());
        }

        return PerTenant(GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    // Expired tokens are dropped in the background.
    private static async Task<double> LeftAfterCleanUpAsync(long before, double full)
    {
        double left = full;
        for (int looks = 0; looks < MostLooks && left > full / 2; looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            left = PerTenant(GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        return left;
    }

    private static double PerTenant(long bytes) => bytes / 1000.0 / Tenants;

    private static string Kilobytes(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} KB");
}
