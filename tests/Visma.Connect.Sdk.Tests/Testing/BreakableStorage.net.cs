namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>The storage that instances of <see cref="BreakableCache"/> share. It also records all tokens that were to be saved.</summary>
internal sealed class BreakableStorage
{
    private readonly Dictionary<object, TokenCacheItem> _items = [];
    private readonly HashSet<string> _secrets = [];
    private int _arrivals;

    /// <summary>All tokens that were to be saved.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    public TokenCacheItem? Find(object id)
    {
        lock (_items)
        {
            return _items.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<TokenCacheItem> Items()
    {
        lock (_items)
        {
            return [.. _items.Values];
        }
    }

    /// <summary>Stores an entry, or removes it for null, if the stored version may be replaced.</summary>
    public bool Change(object id, TokenKey key, TokenEntry? entry, Func<string?, bool> mayReplace)
    {
        lock (_items)
        {
            if (!mayReplace(Find(id)?.Entry?.Version))
            {
                return false;
            }

            if (entry is null)
            {
                _items.Remove(id);
            }
            else
            {
                _items[id] = new TokenCacheItem(key, entry);
            }

            return true;
        }
    }

    public void Remember(TokenSet tokens)
    {
        lock (_items)
        {
            _secrets.UnionWith(((string?[])[tokens.AccessToken.Value, tokens.RefreshToken, tokens.IdToken]).OfType<string>());
        }
    }

    /// <summary>
    /// Waits until another call arrives here. It stops waiting after so many turns that no other call can be on its way, even on a busy
    /// machine.
    /// </summary>
    public async Task MeetAsync()
    {
        int arrival = Interlocked.Increment(ref _arrivals);
        for (int turn = 0; turn < 20_000 && Volatile.Read(ref _arrivals) == arrival; turn++)
        {
            await Task.Yield();
        }
    }
}
