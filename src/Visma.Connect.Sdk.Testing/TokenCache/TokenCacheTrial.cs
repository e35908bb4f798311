using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>One run of a check: the caches that it opened, the keys that it used, and its assertions.</summary>
internal sealed class TokenCacheTrial(TokenCacheCheck check, Func<CancellationToken, ValueTask<ITokenCache>> open, CancellationToken cancellationToken)
{
    // Enough calls to overlap in any engine, and few enough for a small pool of database connections.
    private const int Concurrency = 4;

    private readonly ConcurrentDictionary<TokenKey, bool> _keys = [];

    private ITokenCache? _first;

    /// <summary>The name of a client that no other run uses.</summary>
    public string Client { get; } = "contract-" + SampleEntry.NewVersion();

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Opens another cache over the storage.</summary>
    public async Task<ITokenCache> OpenAsync()
    {
        ITokenCache cache = await open(cancellationToken).ConfigureAwait(false);
        _first ??= cache;
        return cache;
    }

    public async Task<ITokenCache[]> OpenAsync(int count)
    {
        List<ITokenCache> caches = [];
        while (caches.Count < count)
        {
            caches.Add(await OpenAsync().ConfigureAwait(false));
        }

        return [.. caches];
    }

    public TokenKey Connection(string name = "customer-42") => Used(TokenKey.ForConnection(Client, name));

    /// <summary>Marks a key, so that its entry is removed at the end.</summary>
    public TokenKey Used(TokenKey key)
    {
        _keys[key] = true;
        return key;
    }

    /// <summary>Fails the check unless the condition is true.</summary>
    public void Expect(bool isTrue, string expected, string observed)
    {
        if (!isTrue)
        {
            throw TokenCacheContractException.Of(check, expected, observed);
        }
    }

    public async Task CreateAsync(ITokenCache cache, TokenKey key, TokenEntry entry) => Expect(
        await cache.SaveAsync(key, entry, ifVersion: null, cancellationToken).ConfigureAwait(false),
        $"true from the first save of {key}",
        "false, which means that there is an entry");

    public async Task SwapAsync(ITokenCache cache, TokenKey key, TokenEntry entry, string ifVersion) => Expect(
        await cache.SaveAsync(key, entry, ifVersion, cancellationToken).ConfigureAwait(false),
        "true from a save that names the stored version",
        "false");

    public async Task RemoveAsync(ITokenCache cache, TokenKey key, string ifVersion) => Expect(
        await cache.RemoveAsync(key, ifVersion, cancellationToken).ConfigureAwait(false),
        "true from a removal that names the stored version",
        "false");

    public async Task RefuseSaveAsync(ITokenCache cache, TokenKey key, string? ifVersion, string because) => Expect(
        !await cache.SaveAsync(key, SampleEntry.Plain(), ifVersion, cancellationToken).ConfigureAwait(false),
        $"false from a save, because {because}",
        "true");

    public async Task RefuseRemovalAsync(ITokenCache cache, TokenKey key, string ifVersion, string because) => Expect(
        !await cache.RemoveAsync(key, ifVersion, cancellationToken).ConfigureAwait(false),
        $"false from a removal, because {because}",
        "true");

    /// <summary>Reads a key, and fails the check unless it has this entry, with equal properties, or no entry for null.</summary>
    public async Task ExpectStoredAsync(ITokenCache cache, TokenKey key, TokenEntry? entry, string when) =>
        ExpectSame(entry, await cache.GetAsync(key, cancellationToken).ConfigureAwait(false), $"{key} {when}");

    /// <summary>Fails the check unless two entries are equal in every property.</summary>
    public void ExpectSame(TokenEntry? expected, TokenEntry? observed, string where)
    {
        Expect((expected is null) == (observed is null), $"{Kind(expected)} for {where}", Kind(observed));
        string? difference = EntryComparison.FindDifference(expected, observed);
        Expect(difference is null, $"the saved entry for {where}", $"a different {difference}");
    }

    /// <summary>Creates an entry for each key.</summary>
    public async Task<Dictionary<TokenKey, TokenEntry>> FillAsync(ITokenCache cache, IEnumerable<TokenKey> keys)
    {
        Dictionary<TokenKey, TokenEntry> entries = keys.ToDictionary(Used, _ => SampleEntry.Plain());
        await Parallel.ForEachAsync(
            entries,
            Bounded(),
            async (pair, _) => await CreateAsync(cache, pair.Key, pair.Value).ConfigureAwait(false)).ConfigureAwait(false);
        return entries;
    }

    /// <summary>Removes the entries of this run, as far as the cache allows it.</summary>
    public async Task CleanUpAsync()
    {
        if (_first is { } cache)
        {
            await Parallel.ForEachAsync(_keys.Keys, Bounded(), async (key, _) => await RemoveAsync(cache, key).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    // The check itself has reported a cache that fails here. The tokens that remain are random.
    private async Task RemoveAsync(ITokenCache cache, TokenKey key)
    {
        try
        {
            if (await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } left)
            {
                await cache.RemoveAsync(key, left.Version, cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // An exception of any type must not replace the failure of the check.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private ParallelOptions Bounded() => new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };

    private static string Kind(TokenEntry? entry) => entry is null ? "no entry" : "an entry";
}
