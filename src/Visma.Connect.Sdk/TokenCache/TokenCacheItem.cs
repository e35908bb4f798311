namespace Visma.Connect.Sdk;

/// <summary>One entry of a listing: what is stored for a key, or why it cannot be read.</summary>
public sealed class TokenCacheItem
{
    /// <summary>An entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="entry">The entry.</param>
    public TokenCacheItem(TokenKey key, TokenEntry entry)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        Key = key;
        Entry = entry;
    }

    /// <summary>An entry that is there and cannot be read.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="fault">Why, as <see cref="ITokenCache.GetAsync"/> would throw it.</param>
    public TokenCacheItem(TokenKey key, UnreadableEntryException fault)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(fault);
        Key = key;
        Fault = fault;
    }

    /// <summary>Whose entry.</summary>
    public TokenKey Key { get; }

    /// <summary>The entry; null when it cannot be read.</summary>
    public TokenEntry? Entry { get; }

    /// <summary>Why it cannot be read; null when it can.</summary>
    public UnreadableEntryException? Fault { get; }

    /// <summary>Says what there is, and no token.</summary>
    public override string ToString() => $"{Key}: {Entry?.ToString() ?? "cannot be read"}";
}
