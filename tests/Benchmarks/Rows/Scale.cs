using System.Diagnostics;
using System.Globalization;
using System.Text;
using Visma.Connect.Sdk.Benchmarks.Caches;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>What one process costs with very many tenants, or with very many connections in a SQLite file.</summary>
internal static class Scale
{
    private const string Heading = "| in one process | time per call, random order | memory of each | after expiry | list all | longest call during the clean-up |\n| --- | --- | --- | --- | --- | --- |\n";

    private const string Other = "another tenant";

    public static async Task<string> MeasureAsync()
    {
        StringBuilder table = new(Heading);
        foreach (int count in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            table.Append(await OfTenantsAsync(count));
        }

        foreach (int count in (int[])[1_000, 10_000, 100_000])
        {
            table.Append(await OfConnectionsAsync(count));
        }

        return table.ToString();
    }

    private static Task<string> OfTenantsAsync(int count)
    {
        string[] tenants = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString())];
        return MeasureAsync($"{count:N0} tenants", count, number => TokenKey.ForTenant(LibraryApp.ForTenants, tenants[number]), cache: null);
    }

    private static async Task<string> OfConnectionsAsync(int count)
    {
        using FilledCache filled = await FilledCache.CreateAsync("SQLite", count);
        return await MeasureAsync($"{count:N0} connections in SQLite", count, FilledCache.KeyOf, filled.Cache);
    }

    private static async Task<string> MeasureAsync(string what, int count, Func<int, TokenKey> newKey, ITokenCache? cache)
    {
        ShiftedTime time = new();
        LibraryApp app = new(new StubApi(), new StubTokenEndpoint { Time = time }, cache);
        await app.Tokens.GetTokenAsync(TokenKey.ForTenant(LibraryApp.ForTenants, Other));
        long empty = await SettledMemoryAsync();
        for (int number = 0; number < count; number++)
        {
            await app.Tokens.GetTokenAsync(newKey(number));
        }

        double KilobytesOfEach(long memory) => (memory - empty) / 1000.0 / count;
        double fresh = KilobytesOfEach(await SettledMemoryAsync());
        TimeSpan listing = await ListAsync(cache);
        double nanoseconds = TimePerCall(app, count, newKey);
        double longest = await LongestCallDuringCleanUpAsync(app, time);
        double expired = KilobytesOfEach(await SettledMemoryAsync());
        GC.KeepAlive(app);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {nanoseconds:#,0} ns | {fresh:0.00} KB | {expired:0.00} KB | {(cache is null ? "" : $"{listing.TotalMilliseconds:#,0} ms")} | {longest:0.0} ms |\n");
    }

    // Each call makes its key, as a handler does for a request. A key that is used again would know its token.
    private static double TimePerCall(LibraryApp app, int count, Func<int, TokenKey> newKey)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(1).Shuffle(order);
        int next = 0;
        return Turns.OfProcessor.Measure([() => app.Tokens.GetTokenAsync(newKey(order[next = (next + 1) % count])).AsTask().GetAwaiter().GetResult()])[0]
            .Nanoseconds;
    }

    private static async Task<TimeSpan> ListAsync(ITokenCache? cache)
    {
        long began = Stopwatch.GetTimestamp();
        if (cache is not null)
        {
            await foreach (TokenCacheItem item in cache.ListAsync())
            {
                GC.KeepAlive(item);
            }
        }

        return Stopwatch.GetElapsedTime(began);
    }

    // All tokens have expired, so the first call begins the clean-up in the background.
    private static async Task<double> LongestCallDuringCleanUpAsync(LibraryApp app, ShiftedTime time)
    {
        time.Advance(TimeSpan.FromDays(2));
        double longest = 0;
        for (int call = 0; call < 2_000; call++)
        {
            long began = Stopwatch.GetTimestamp();
            await app.Tokens.GetTokenAsync(TokenKey.ForTenant(LibraryApp.ForTenants, Other));
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return longest;
    }

    // The clean-up, and the garbage of the row before, go in the background.
    private static async Task<long> SettledMemoryAsync()
    {
        long before;
        long now = GC.GetTotalMemory(forceFullCollection: true);
        do
        {
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            now = GC.GetTotalMemory(forceFullCollection: true);
        }
        while (before - now > 100_000);
        return now;
    }
}
