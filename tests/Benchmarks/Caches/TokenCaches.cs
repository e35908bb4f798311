using BenchmarkDotNet.Attributes;

namespace Visma.Connect.Sdk.Benchmarks.Caches;

/// <summary>
/// One caller that finds, swaps and lists, in each cache, with few and with many connections. The cost stays the same. Tokens have
/// the size of Visma's tokens, and are encrypted, except in memory, where they are objects.
/// </summary>
public class TokenCaches
{
    private readonly Random _random = new(1);
    private FilledCache _filled = null!;

    [Params("memory", "sqlite", "postgresql")]
    public string Cache { get; set; } = "";

    [Params(1_000, 100_000)]
    public int Connections { get; set; }

    [GlobalSetup]
    public void Setup() => _filled = FilledCache.CreateAsync(Cache, Connections).GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup() => _filled.Dispose();

    [Benchmark]
    public Task<TokenEntry?> Find() => _filled.Cache.GetAsync(AnyKey()).AsTask();

    [Benchmark]
    public async Task<bool> Swap()
    {
        int connection = _random.Next(Connections);
        TokenEntry next = FilledCache.NewEntry();
        bool isSaved = await _filled.Cache.SaveAsync(FilledCache.KeyOf(connection), next, _filled.Versions[connection]);
        _filled.Versions[connection] = next.Version;
        return isSaved ? true : throw new InvalidOperationException("A swap was lost, and there is nobody else.");
    }

    /// <summary>The first 200 connections of the list.</summary>
    [Benchmark]
    public async Task<int> Page()
    {
        const int PageSize = 200;
        int listed = 0;
        await foreach (TokenCacheItem _ in _filled.Cache.ListAsync(new TokenFilter { ConnectionsOnly = true }))
        {
            if (++listed == PageSize)
            {
                break;
            }
        }

        return listed;
    }

    private TokenKey AnyKey() => FilledCache.KeyOf(_random.Next(Connections));
}
