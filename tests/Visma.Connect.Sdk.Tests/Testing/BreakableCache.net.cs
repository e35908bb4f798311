using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>A good token cache, each step of which can be broken. Instances over the same storage are the processes.</summary>
internal sealed class BreakableCache(BreakableStorage storage) : ITokenCache
{
    public BreakableStorage Storage => storage;

    /// <summary>What keys are compared by.</summary>
    public Func<TokenKey, object> IdOf { get; init; } = key => key;

    /// <summary>What of an entry is written.</summary>
    public Func<TokenEntry, TokenEntry> Write { get; init; } = entry => entry;

    /// <summary>What is read where this is stored.</summary>
    public Func<TokenKey, TokenEntry?, TokenEntry?> Read { get; init; } = (_, stored) => stored;

    /// <summary>Whether the version that is stored lets a save happen that names another.</summary>
    public Func<string?, string?, bool> MaySave { get; init; } = (stored, named) => stored == named;

    /// <summary>Whether the version that is stored lets a removal happen that names another.</summary>
    public Func<string?, string, bool> MayRemove { get; init; } = (stored, named) => stored == named;

    /// <summary>What a save that was refused returns.</summary>
    public bool ResultOfRefusedSave { get; init; }

    /// <summary>Whether it looks first and changes then, in two steps.</summary>
    public bool LooksFirst { get; init; }

    /// <summary>What a save or removal does that was cancelled before; null: as it should be.</summary>
    public Func<TokenKey, TokenEntry?, bool>? ChangeWhenCancelled { get; init; }

    /// <summary>What a read returns that was cancelled before; null: as it should be.</summary>
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
        if (!LooksFirst)
        {
            return storage.Change(id, key, entry, may) || resultOfRefusal;
        }

        bool isAllowed = may(storage.Find(id)?.Entry?.Version);
        await storage.MeetAsync();
        return isAllowed && storage.Change(id, key, entry, _ => true);
    }
}
