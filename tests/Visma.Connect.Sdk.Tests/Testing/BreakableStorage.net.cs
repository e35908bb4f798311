namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>What the instances of a <see cref="BreakableCache"/> share: a dictionary, and a memory of every token it was given.</summary>
internal sealed class BreakableStorage
{
    private readonly Dictionary<object, TokenCacheItem> _items = [];
    private readonly HashSet<string> _secrets = [];
    private int _arrivals;

    /// <summary>Every token that somebody wanted to save.</summary>
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

    /// <summary>Stores an entry, or removes it, if the version that is stored may be replaced.</summary>
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

    /// <summary>Waits until another call has come as far, or nobody has for so many turns that a busy machine cannot be why.</summary>
    public async Task MeetAsync()
    {
        int arrival = Interlocked.Increment(ref _arrivals);
        for (int turn = 0; turn < 20_000 && Volatile.Read(ref _arrivals) == arrival; turn++)
        {
            await Task.Yield();
        }
    }
}
