namespace Visma.Connect.Sdk.TokenCache;

/// <summary>
/// Stores tokens: in memory (the default, <see cref="MemoryTokenCache"/>), in a database, or in any other storage. Register an implementation as a
/// singleton <see cref="ITokenCache"/>.
/// </summary>
/// <remarks>
/// <para>An implementation keeps these promises, and is thread-safe. <c>TokenCacheContract</c> of the package Visma.Connect.Sdk.Testing tests
/// them.</para>
/// <list type="bullet">
/// <item><description>A save or removal happens only if the stored version is exactly the given one: atomically, also between
/// processes.</description></item>
/// <item><description>A read returns every save that was reported as successful by any process, so it must not read from a replica that lags
/// behind.</description></item>
/// <item><description>An entry whose key has a <see cref="TokenKey.Connection"/> is never evicted: its user would have to consent again. Any other
/// entry may be
/// evicted once its access token has expired. This includes claims, which the library stores to do work once in all processes:
/// complete a consent, or handle a webhook event.</description></item>
/// <item><description>An operation that fails throws an exception, of any type. A save that did not happen is never reported as
/// successful.</description></item>
/// </list>
/// <para>
/// <see cref="TokenKey.ToStorageKey"/> is the text of a key to store; <c>ToString</c> is for people. Tenants, connections and scopes are compared
/// byte for byte,
/// client names ignoring case. Entries hold secrets: <see cref="TokenEntrySerializer"/> encrypts them. The library creates versions and never uses
/// one twice; an implementation only stores and compares them.
/// </para>
/// </remarks>
public interface ITokenCache
{
    /// <summary>Reads the entry of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The entry, or null if nothing is stored.</returns>
    /// <exception cref="UnreadableEntryException">An entry is stored and cannot be read. Null must not be returned for it.</exception>
    ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default);

    /// <summary>Saves an entry if the stored one still has the version that was read (compare-and-swap).</summary>
    /// <param name="key">The key.</param>
    /// <param name="entry">The new entry, with a new <see cref="TokenEntry.Version"/>.</param>
    /// <param name="ifVersion">The version that must be stored now; null if nothing may be stored.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True if the entry was saved; false if another version is stored, which is not changed.</returns>
    /// <exception cref="ArgumentException">The entry lacks a member that its key needs: see <see cref="TokenEntrySerializer.Serialize"/>.</exception>
    ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry if the stored one still has the version that was read.</summary>
    /// <param name="key">The key.</param>
    /// <param name="ifVersion">The version that must be stored now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True if the entry was removed; false if nothing or another version is stored.</returns>
    ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Lists the entries, in no particular order.</summary>
    /// <param name="filter">Which entries to list. Default: all of them. <see cref="TokenFilter.Includes"/> decides for a key.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <returns>The entries. An entry that cannot be read is an item with its <see cref="TokenCacheItem.Fault"/>.</returns>
    /// <remarks>
    /// An entry that is not changed during the listing is listed once. An entry that is changed may be listed in its old or its new state, or not at
    /// all.
    /// </remarks>
    IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, CancellationToken cancellationToken = default);
}
