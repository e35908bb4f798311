namespace Visma.Connect.Sdk.TokenCache;

/// <summary>One item of a listing: the entry that is stored for a key, or the reason why it cannot be read.</summary>
public sealed class TokenCacheItem
{
    /// <summary>Creates an item for an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">The entry.</param>
    public TokenCacheItem(TokenKey key, TokenEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        Key = key;
        Entry = entry;
    }

    /// <summary>Creates an item for an entry that cannot be read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fault">The exception that <see cref="ITokenCache.GetAsync"/> would throw.</param>
    public TokenCacheItem(TokenKey key, UnreadableEntryException fault)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(fault);
        Key = key;
        Fault = fault;
    }

    /// <summary>The key.</summary>
    public TokenKey Key { get; }

    /// <summary>The entry; null if it cannot be read.</summary>
    public TokenEntry? Entry { get; }

    /// <summary>Why the entry cannot be read; null if it can.</summary>
    public UnreadableEntryException? Fault { get; }

    /// <summary>Describes the item without its tokens.</summary>
    /// <returns>The key, the expiry and the state.</returns>
    public override string ToString() => $"{Key}: {Entry?.ToString() ?? "cannot be read"}";
}
