using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// A token cache that several processes share. A test can make it hold a call, be down, fail before or after it applied a change, or lose a
/// change.
/// </summary>
public sealed class TroubledCache(ITokenCache? over = null) : ITokenCache
{
    private readonly ITokenCache _inner = over ?? new MemoryTokenCache();
    private readonly Lock _lock = new();
    private readonly List<(Func<CacheCall, bool> Which, Func<Task> Act, bool IsAfter)> _troubles = [];
    private readonly List<CacheCall> _calls = [];
    private int _listings;
    private int _limitReads;

    /// <summary>Fails every call while true.</summary>
    public bool IsDown { get; set; }

    /// <summary>Fails every listing while true.</summary>
    public bool FailsToList { get; set; }

    /// <summary>How many renewals may run at once.</summary>
    public int Limit { get; set; } = int.MaxValue;

    /// <summary>How often the library has read the limit. It does so before a renewal takes a place or begins to wait for it.</summary>
    public int LimitReads => Volatile.Read(ref _limitReads);

    /// <summary>Reads the limit, as the library does.</summary>
    public int ReadLimit()
    {
        Interlocked.Increment(ref _limitReads);
        return Limit;
    }

    /// <summary>If set, each save is reported as done, but the cache then has this entry.</summary>
    public Func<TokenEntry>? ForgetsEverySaveBackTo { get; set; }

    /// <summary>How many listings have come to their end.</summary>
    public int Listings => Volatile.Read(ref _listings);

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<CacheCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Holds the next call that matches, before or after it is applied.</summary>
    public Gate HoldNext(Func<CacheCall, bool> which, bool after = false)
    {
        Gate gate = new();
        Trouble(which, gate.PassAsync, after);
        return gate;
    }

    /// <summary>Fails the next call that matches: before it is applied, or after it, so that it is applied but reported as failed.</summary>
    public void FailNext(Func<CacheCall, bool> which, bool after = false) =>
        Trouble(which, () => Task.FromException(new IOException("The disk is full.")), after);

    /// <summary>Removes all holds and failures.</summary>
    public void Recover()
    {
        lock (_lock)
        {
            _troubles.Clear();
        }
    }

    public async Task<TokenEntry?> EntryAsync(TokenKey key) => await _inner.GetAsync(key);

    /// <summary>Puts an older entry back, as a failover to a lagging replica does.</summary>
    public async Task ForgetBackToAsync(TokenKey key, TokenEntry older)
    {
        TokenEntry? current = await _inner.GetAsync(key);
        Assert.True(await _inner.SaveAsync(key, older, current?.Version));
    }

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) =>
        DoAsync(new CacheCall("get", key, null), () => _inner.GetAsync(key, cancellationToken));

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) =>
        DoAsync(new CacheCall("save", key, entry), () => _inner.SaveAsync(key, entry, ifVersion, CancellationToken.None));

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        DoAsync(new CacheCall("remove", key, null), () => _inner.RemoveAsync(key, ifVersion, CancellationToken.None));

    public IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default) =>
        FailsToList ? throw new IOException("The disk is full.") : ListCountedAsync(filter, cancellationToken);

    private async IAsyncEnumerable<TokenCacheItem> ListCountedAsync(TokenFilter? filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TokenCacheItem item in _inner.ListAsync(filter, cancellationToken))
        {
            yield return item;
        }

        Interlocked.Increment(ref _listings);
    }

    private void Trouble(Func<CacheCall, bool> which, Func<Task> act, bool after)
    {
        lock (_lock)
        {
            _troubles.Add((which, act, after));
        }
    }

    private async ValueTask<T> DoAsync<T>(CacheCall call, Func<ValueTask<T>> apply)
    {
        Func<Task>? before = null;
        Func<Task>? after = null;
        lock (_lock)
        {
            _calls.Add(call);
            int index = _troubles.FindIndex(trouble => trouble.Which(call));
            if (index >= 0)
            {
                (_, Func<Task> act, bool isAfter) = _troubles[index];
                _troubles.RemoveAt(index);
                before = isAfter ? null : act;
                after = isAfter ? act : null;
            }
        }

        if (before is not null)
        {
            await before();
        }

        if (IsDown)
        {
            throw new IOException("The token cache is down.");
        }

        T result = await apply();
        if (call.Operation == "save" && ForgetsEverySaveBackTo is { } older)
        {
            await ForgetBackToAsync(call.Key, older());
        }

        if (after is not null)
        {
            await after();
        }

        return result;
    }
}
