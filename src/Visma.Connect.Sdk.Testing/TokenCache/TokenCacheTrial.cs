using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A check on its way: the caches it has opened, the keys it uses, and the words for what it finds.</summary>
internal sealed class TokenCacheTrial(TokenCacheCheck check, Func<CancellationToken, ValueTask<ITokenCache>> open, CancellationToken cancellationToken)
{
    // Enough to overlap in any engine, and few enough for the smallest pool of connections.
    private const int Concurrency = 4;

    private readonly ConcurrentDictionary<TokenKey, bool> _keys = [];

    private ITokenCache? _first;

    /// <summary>A client of this run alone.</summary>
    public string Client { get; } = "contract-" + SampleEntry.NewVersion();

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Opens a further cache over the storage.</summary>
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

    /// <summary>Has what is stored for a key removed at the end.</summary>
    public TokenKey Used(TokenKey key)
    {
        _keys[key] = true;
        return key;
    }

    /// <summary>Fails the check unless it is so.</summary>
    public void Expect(bool isSo, string expected, string observed)
    {
        if (!isSo)
        {
            throw TokenCacheContractException.Of(check, expected, observed);
        }
    }

    public async Task CreateAsync(ITokenCache cache, TokenKey key, TokenEntry entry) => Expect(
        await cache.SaveAsync(key, entry, ifVersion: null, cancellationToken).ConfigureAwait(false),
        $"the first save of {key} is reported as done",
        "false, as if there were an entry already");

    public async Task SwapAsync(ITokenCache cache, TokenKey key, TokenEntry entry, string ifVersion) => Expect(
        await cache.SaveAsync(key, entry, ifVersion, cancellationToken).ConfigureAwait(false),
        "a save that names the stored version is reported as done",
        "false");

    public async Task RemoveAsync(ITokenCache cache, TokenKey key, string ifVersion) => Expect(
        await cache.RemoveAsync(key, ifVersion, cancellationToken).ConfigureAwait(false),
        "a removal that names the stored version is reported as done",
        "false");

    public async Task RefuseSaveAsync(ITokenCache cache, TokenKey key, string? ifVersion, string because) => Expect(
        !await cache.SaveAsync(key, SampleEntry.Plain(), ifVersion, cancellationToken).ConfigureAwait(false),
        $"false from a save, because {because}",
        "true");

    public async Task RefuseRemovalAsync(ITokenCache cache, TokenKey key, string ifVersion, string because) => Expect(
        !await cache.RemoveAsync(key, ifVersion, cancellationToken).ConfigureAwait(false),
        $"false from a removal, because {because}",
        "true");

    /// <summary>Reads what must be this entry, in every property, or none.</summary>
    public async Task ExpectStoredAsync(ITokenCache cache, TokenKey key, TokenEntry? entry, string when) =>
        ExpectSame(entry, await cache.GetAsync(key, cancellationToken).ConfigureAwait(false), $"{key} {when}");

    /// <summary>Fails the check unless two entries are the same in every property.</summary>
    public void ExpectSame(TokenEntry? expected, TokenEntry? observed, string where)
    {
        Expect((expected is null) == (observed is null), $"{Kind(expected)} for {where}", Kind(observed));
        string? difference = EntryComparison.FindDifference(expected, observed);
        Expect(difference is null, $"what was saved for {where}", $"another {difference}");
    }

    /// <summary>Creates an entry for each key.</summary>
    public async Task<Dictionary<TokenKey, TokenEntry>> FillAsync(ITokenCache cache, IEnumerable<TokenKey> keys)
    {
        Dictionary<TokenKey, TokenEntry> entries = keys.ToDictionary(Used, _ => SampleEntry.Plain());
        await Parallel.ForEachAsync(entries, Bounded(), async (pair, _) => await CreateAsync(cache, pair.Key, pair.Value).ConfigureAwait(false)).ConfigureAwait(false);
        return entries;
    }

    /// <summary>Removes what this check has stored, as far as the cache can.</summary>
    public async Task CleanUpAsync()
    {
        if (_first is { } cache)
        {
            await Parallel.ForEachAsync(_keys.Keys, Bounded(), async (key, _) => await RemoveAsync(cache, key).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    // A cache that fails here has been told so by the check; what it leaves behind is a token that opens nothing.
    private async Task RemoveAsync(ITokenCache cache, TokenKey key)
    {
        try
        {
            if (await cache.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } left)
            {
                await cache.RemoveAsync(key, left.Version, cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Of whatever type: the check's own finding must not be lost over it.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private ParallelOptions Bounded() => new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };

    private static string Kind(TokenEntry? entry) => entry is null ? "no entry" : "an entry";
}
