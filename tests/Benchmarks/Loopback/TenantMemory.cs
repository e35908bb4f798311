using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Micro;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>The memory of a tenant with a token of 900 characters and its name, in the library and in a bare dictionary.</summary>
internal static class TenantMemory
{
    private const int Tenants = 10_000;
    private const int TokenLength = 900;
    private const int MostLooks = 40;

    public static async Task<Figure> MeasureAsync()
    {
        ShiftedTime time = new();
        using BenchmarkApp app = new(new StubApi(Transport.AtOnce), TokenLength, time);
        await FillAsync(app, tenants: 1);
        Dictionary<string, string> bare = [];
        long empty = GC.GetTotalMemory(forceFullCollection: true);

        Fill(bare);
        long withBare = GC.GetTotalMemory(forceFullCollection: true);
        await FillAsync(app, Tenants);
        long withLibrary = GC.GetTotalMemory(forceFullCollection: true);
        time.Advance(TimeSpan.FromDays(2));
        await FillAsync(app, tenants: 1);
        // They are dropped in the background.
        long afterExpiry = withLibrary;
        for (int looks = 0; looks < MostLooks && afterExpiry > (withBare + withLibrary) / 2; looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            afterExpiry = GC.GetTotalMemory(forceFullCollection: true);
        }


        GC.KeepAlive(bare);
        return new Figure(
            "memory per tenant (10,000 tenants, tokens of 900 characters)",
            "at most 2.4 KB; dropped when expired and idle",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{PerTenant(withLibrary - withBare):0.00} KB (bare dictionary: {PerTenant(withBare - empty):0.00} KB); "
                + $"{PerTenant(afterExpiry - withBare):0.00} KB after expiry"));
    }

    private static void Fill(Dictionary<string, string> bare)
    {
        for (int tenant = 0; tenant < Tenants; tenant++)
        {
            bare[Guid.NewGuid().ToString()] = new string('t', TokenLength);
        }
    }

    private static async Task FillAsync(BenchmarkApp app, int tenants)
    {
        for (int tenant = 0; tenant < tenants; tenant++)
        {
            await app.Tokens.GetTokenAsync(TokenKey.ForTenant(BenchmarkApp.ForTenants, Guid.NewGuid().ToString()));
        }
    }

    private static double PerTenant(long bytes) => bytes / 1000.0 / Tenants;
}
