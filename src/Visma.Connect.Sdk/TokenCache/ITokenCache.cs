namespace Visma.Connect.Sdk;

/// <summary>
/// Where tokens are kept, the one seam for storage: in memory (the default), in a database, or in an engine of your own. Register it as
/// a singleton <see cref="ITokenCache"/>.
/// </summary>
/// <remarks>
/// Four operations, and three promises. A save or removal happens only if the stored version is exactly the one named, atomically,
/// also between processes. A read sees every save that was reported as done, from whichever process (so: no lagging replica). An
/// entry whose key has a <see cref="TokenKey.Connection"/> is never evicted: the customer would have to consent again; any other may go
/// once its access token has expired. Tenants, connections and scopes of keys compare byte for byte, client names without case; a
/// <c>ToString</c> is for people: <see cref="TokenKey.ToStorageKey"/> is the text to store. What is saved are secrets:
/// <see cref="TokenEntrySerializer"/> encrypts them. Versions are made by the library and never used twice; an implementation stores and
/// compares them, no more. Implementations are thread-safe.
/// What cannot be done is thrown, of whatever type; an implementation never reports a save that did not happen.
/// </remarks>
public interface ITokenCache
{
    /// <summary>Reads the entry of a key.</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The entry, or null when there is none.</returns>
    /// <exception cref="UnreadableEntryException">There is one, and it cannot be read: never to be told as "none".</exception>
    ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default);

    /// <summary>Saves an entry if the stored one still has the version that was read (compare-and-swap).</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="entry">The new entry, with its own new <see cref="TokenEntry.Version"/>.</param>
    /// <param name="ifVersion">The version that must be stored now; null: there must be no entry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when saved; false when something else was stored meanwhile, which is left as it is.</returns>
    ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry if it still has the version that was read.</summary>
    /// <param name="key">Whose entry.</param>
    /// <param name="ifVersion">The version that must be stored now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when removed; false when there is none, or another version.</returns>
    ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists what is stored, in no particular order. What stands throughout is listed once; what changes meanwhile may appear in either state,
    /// or not at all. An entry that cannot be read is listed as that. What a cache does not filter itself it leaves to <see cref="TokenFilter.Includes"/>.
    /// </summary>
    /// <param name="filter">Which; null: all.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default);
}
