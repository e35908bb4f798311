using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>
/// A correct token cache with a replaceable part for each step. Each instance over the same storage stands for a process.
/// </summary>
internal sealed class BreakableCache(BreakableStorage storage) : ITokenCache
{
    public BreakableStorage Storage => storage;

    /// <summary>The identity of a key, by which keys are compared.</summary>
    public Func<TokenKey, object> IdOf { get; init; } = key => key;

    /// <summary>The entry that is written when an entry is saved.</summary>
    public Func<TokenEntry, TokenEntry> Write { get; init; } = entry => entry;

    /// <summary>The entry that is returned for a key and its stored entry.</summary>
    public Func<TokenKey, TokenEntry?, TokenEntry?> Read { get; init; } = (_, stored) => stored;

    /// <summary>Whether a save is done, from the stored version and the version that it names.</summary>
    public Func<string?, string?, bool> MaySave { get; init; } = (stored, named) => stored == named;

    /// <summary>Whether a removal is done, from the stored version and the version that it names.</summary>
    public Func<string?, string, bool> MayRemove { get; init; } = (stored, named) => stored == named;

    /// <summary>The result of a refused save.</summary>
    public bool ResultOfRefusedSave { get; init; }

    /// <summary>Whether it compares the version and changes the entry in two steps.</summary>
    public bool HasTwoSteps { get; init; }

    /// <summary>Replaces a save or removal whose token is cancelled already. Default: null, it throws.</summary>
    public Func<TokenKey, TokenEntry?, bool>? ChangeWhenCancelled { get; init; }

    /// <summary>Replaces a read whose token is cancelled already. Default: null, it throws.</summary>
    public Func<TokenEntry?>? ReadWhenCancelled { get; init; }

    public Func<BreakableStorage, TokenFilter?, IEnumerable<TokenCacheItem>> List { get; init; } =
        (storage, filter) => storage.Items().Where(item => filter?.Includes(item.Key) != false);

    public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested && ReadWhenCancelled is not null)
        {
            return new(ReadWhenCancelled());
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(key, storage.Find(IdOf(key))?.Entry));
    }

    public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        storage.Remember(entry.Tokens);
        return ChangeAsync(key, Write(entry), stored => MaySave(stored, ifVersion), ResultOfRefusedSave, cancellationToken);
    }

    public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) =>
        ChangeAsync(key, entry: null, stored => MayRemove(stored, ifVersion), resultOfRefusal: false, cancellationToken);

    public async IAsyncEnumerable<TokenCacheItem> ListAsync(TokenFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (TokenCacheItem item in List(storage, filter))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private async ValueTask<bool> ChangeAsync(TokenKey key, TokenEntry? entry, Func<string?, bool> may, bool resultOfRefusal, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested && ChangeWhenCancelled is not null)
        {
            return ChangeWhenCancelled(key, entry);
        }

        cancellationToken.ThrowIfCancellationRequested();
        object id = IdOf(key);
        if (!HasTwoSteps)
        {
            return storage.Change(id, key, entry, may) || resultOfRefusal;
        }

        bool isAllowed = may(storage.Find(id)?.Entry?.Version);
        await storage.MeetAsync();
        return isAllowed && storage.Change(id, key, entry, _ => true);
    }
}
