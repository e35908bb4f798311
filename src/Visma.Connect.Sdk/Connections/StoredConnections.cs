using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk;

/// <summary>The stored connections as descriptions. What the token cache throws becomes a <see cref="VismaConnectException"/> with a remedy.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StoredConnections(ITokenCache cache, ClientDirectory clients)
{
    private static readonly TokenFilter Connected = new() { ConnectionsOnly = true };

    public VismaConnection Describe(TokenKey key, TokenEntry entry) => VismaConnection.Of(key, entry, clients.ApisOf(key.Client));

    /// <exception cref="VismaConnectException">The cache failed.</exception>
    public async Task<VismaConnection?> FindAsync(TokenKey key, CancellationToken cancellationToken)
    {
        try
        {
            TokenEntry? entry = await cache.GetAsync(key, cancellationToken).ConfigureAwait(false);
            return entry is { GrantId: not null } ? Describe(key, entry) : null;
        }
        catch (UnreadableEntryException fault)
        {
            return Describe(key, fault);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failed($"read the entry of {key}", failure);
        }
    }

    /// <exception cref="VismaConnectException">The cache failed.</exception>
    public async IAsyncEnumerable<VismaConnection> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TokenCacheItem item in ItemsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (item.Fault is not null)
            {
                yield return Describe(item.Key, item.Fault);
            }
            else if (item.Entry is { GrantId: not null } entry)
            {
                yield return Describe(item.Key, entry);
            }
        }
    }

    /// <summary>The stored entries of connections, or why one cannot be read. They hold secrets.</summary>
    /// <exception cref="VismaConnectException">The cache failed.</exception>
    public async IAsyncEnumerable<TokenCacheItem> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<TokenCacheItem> items = Begin(cancellationToken);
        await using (items.ConfigureAwait(false))
        {
            while (await MoveNextAsync(items, cancellationToken).ConfigureAwait(false))
            {
                yield return items.Current;
            }
        }
    }

    private IAsyncEnumerator<TokenCacheItem> Begin(CancellationToken cancellationToken)
    {
        try
        {
            return cache.ListAsync(Connected, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failed("list the connections", failure);
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<TokenCacheItem> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (!IsCancellation(failure, cancellationToken))
        {
            throw Failed("list the connections", failure);
        }
    }

    private VismaConnection Describe(TokenKey key, UnreadableEntryException fault) => VismaConnection.Of(key, fault, clients.ApisOf(key.Client));

    private static bool IsCancellation(Exception failure, CancellationToken cancellationToken) =>
        failure is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private static VismaConnectException Failed(string operation, Exception failure) =>
        new($"The token cache failed to {operation}; the inner exception is what it has thrown.", LocalCauses.TokenCache.Remedy, failure)
        {
            IsTransient = true,
        };
}
