using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Peers;

namespace Visma.Connect.Sdk.Benchmarks.Caches;

/// <summary>
/// One caller that finds, swaps and lists, in each cache, with few and with many connections. Tokens have the size of Visma's tokens, and are encrypted,
/// except in memory, where they are objects.
/// </summary>
internal static class CacheTable
{
    private const int PageSize = 200;

    public static async Task<string> MeasureAsync()
    {
        List<string> lines = ["| cache | connections | find | swap | page of 200 |", "| --- | --- | --- | --- | --- |"];
        foreach (string cache in (string[])["memory", "SQLite", "PostgreSQL"])
        {
            foreach (int connections in (int[])[1_000, 100_000])
            {
                using FilledCache filled = await FilledCache.CreateAsync(cache, connections);
                lines.Add(Measure(cache, connections, filled));
            }
        }

        return string.Join('\n', lines);
    }

    private static string Measure(string cache, int connections, FilledCache filled)
    {
        Random random = new(1);
        IReadOnlyList<Side> sides = Turns.OfClock.Measure(
            () => filled.Cache.GetAsync(FilledCache.KeyOf(random.Next(connections))).AsTask().Wait(),
            () => SwapAsync(filled, random.Next(connections)).Wait(),
            () => ListAsync(filled.Cache).Wait());
        return string.Create(
            CultureInfo.InvariantCulture, $"| {cache} | {connections:#,0} | {Text(sides[0])} | {Text(sides[1])} | {Text(sides[2])} |");
    }

    private static async Task SwapAsync(FilledCache filled, int connection)
    {
        TokenEntry next = LibraryApp.NewEntry();
        if (!await filled.Cache.SaveAsync(FilledCache.KeyOf(connection), next, filled.Versions[connection]))
        {
            throw new InvalidOperationException("A swap was lost, and there is no other caller.");
        }

        filled.Versions[connection] = next.Version;
    }

    private static async Task ListAsync(ITokenCache cache)
    {
        int listed = 0;
        await foreach (TokenCacheItem _ in cache.ListAsync(new TokenFilter { ConnectionsOnly = true }))
        {
            if (++listed == PageSize)
            {
                return;
            }
        }
    }

    private static string Text(Side side) =>
        string.Create(CultureInfo.InvariantCulture, $"{side.Nanoseconds / 1000:#,0.0} µs, {side.Bytes / 1000:#,0.0} KB");
}
