using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>
/// Tokens in a relational database, of any provider of Entity Framework Core: durable, shared between processes, encrypted. A save is one
/// conditional UPDATE; the database needs no locks, no triggers and no special isolation level, but reads from the primary and synchronous
/// commit. The table <c>visma_tokens</c> is created at first use where it is missing; the database is not.
/// </summary>
/// <remarks>
/// Thread-safe. Uses a context and connections of its own and takes part in no transaction of its surroundings. What the provider throws comes
/// through as it is.
/// </remarks>
public sealed class EntityFrameworkTokenCache : ITokenCache
{
    private readonly TokenCacheDatabase _database;
    private readonly TokenEntrySerializer _serializer;

    /// <summary>Creates a cache over a database. The container makes one by <c>AddEntityFrameworkTokenCache</c>.</summary>
    /// <param name="configure">Names the provider and the database, such as <c>options => options.UseNpgsql(connectionString)</c>.</param>
    /// <param name="serializer">Encrypts what is stored.</param>
    public EntityFrameworkTokenCache(Action<DbContextOptionsBuilder> configure, TokenEntrySerializer serializer)
        : this(new TokenCacheDatabase(configure), serializer) => ArgumentNullException.ThrowIfNull(configure);

    internal EntityFrameworkTokenCache(TokenCacheDatabase database, TokenEntrySerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _database = database;
        _serializer = serializer;
    }

    internal bool HasCreatedTable => _database.HasCreatedTable;

    /// <summary>Creates a cache in a SQLite file. The container makes one by <c>AddSqliteTokenCache</c>.</summary>
    /// <param name="path">The file, on a local disk, relative to the current directory; it is created, readable by its owner only, where it is missing.</param>
    /// <param name="serializer">Encrypts what is stored.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is no path of a file.</exception>
    public static EntityFrameworkTokenCache ForSqlite(string path, TokenEntrySerializer serializer) => new(SqliteDatabase.At(path), serializer);

    /// <inheritdoc/>
    public async ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        StoredEntry? stored = await _database.FindAsync(RowId.Of(key), cancellationToken).ConfigureAwait(false);
        return stored is null ? null : _serializer.Deserialize(key, stored.Version, stored.Record);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        StoredEntry row = new()
        {
            Id = RowId.Of(key),
            Key = key.ToStorageKey(),
            IsConnection = key.Connection is not null,
            Version = entry.Version,
            Record = _serializer.Serialize(key, entry),
        };
        return await _database.DoAsync(
            (context, cancellation) => ifVersion is null ? CreateAsync(context, row, cancellation) : SwapAsync(context, row, ifVersion, cancellation),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(ifVersion);
        string id = RowId.Of(key);
        return await _database.DoAsync((context, cancellation) => RemoveAsync(context, id, ifVersion, cancellation), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int PageSize = 200;
        bool connectionsOnly = filter?.ConnectionsOnly == true;
        List<StoredEntry> page;
        string last = "";
        do
        {
            // A page at a time, each in a context of its own: what the caller does in between holds no connection.
            page = await _database.DoAsync((context, cancellation) => PageAsync(context, connectionsOnly, last, PageSize, cancellation), cancellationToken).ConfigureAwait(false);
            foreach (StoredEntry stored in page)
            {
                last = stored.Id;
                if (TokenKey.TryFromStorageKey(stored.Key, out TokenKey? key) && filter?.Includes(key) != false)
                {
                    yield return ItemOf(key, stored);
                }
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Reaches the database, and creates the table where it is missing; otherwise this happens at first use.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => _database.PrepareAsync(cancellationToken);

    /// <summary>
    /// The SQL that creates the table, for a database in which the application may not; <c>docs/schema</c> has it for the usual providers.
    /// Nothing is sent.
    /// </summary>
    public string GenerateCreateScript() => _database.GenerateCreateScript();

    private TokenCacheItem ItemOf(TokenKey key, StoredEntry stored) =>
        stored.Id == RowId.Of(key) ? _serializer.DeserializeItem(key, stored.Version, stored.Record) : new TokenCacheItem(key, Misplaced(key, stored));

    // Not where the key leads: whoever lists it must not take it for the entry of the key.
    private static UnreadableEntryException Misplaced(TokenKey key, StoredEntry stored) =>
        new($"The row '{stored.Id}' of table {TokenCacheContext.Table} is not the one of its key, {key}. Something else has changed the storage: restore it.") { Key = key };

    // The unique key decides who creates. Providers tell a lost race in ways of their own: what is there afterwards tells it in all of them.
    private static async Task<bool> CreateAsync(TokenCacheContext context, StoredEntry row, CancellationToken cancellationToken)
    {
        context.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException failure)
        {
            context.ChangeTracker.Clear();
            string? stored = await VersionAsync(context, row.Id, cancellationToken).ConfigureAwait(false);
            if (stored is null)
            {
                // As the provider threw it: Entity Framework's own exception carries the row along.
                ExceptionDispatchInfo.Throw(failure.InnerException ?? failure);
            }

            return stored == row.Version;
        }
    }

    private static async Task<bool> SwapAsync(TokenCacheContext context, StoredEntry row, string ifVersion, CancellationToken cancellationToken)
    {
        int changed = await context.Entries
            .Where(stored => stored.Id == row.Id && stored.Version == ifVersion)
            .ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Version, row.Version).SetProperty(stored => stored.Record, row.Record), cancellationToken)
            .ConfigureAwait(false);

        // A provider that repeats a command whose reply was lost finds its own change in the way.
        return changed == 1 || await VersionAsync(context, row.Id, cancellationToken).ConfigureAwait(false) == row.Version;
    }

    private static async Task<bool> RemoveAsync(TokenCacheContext context, string id, string ifVersion, CancellationToken cancellationToken)
    {
        IExecutionStrategy strategy = context.Database.CreateExecutionStrategy();
        int tries = 0;
        int removed = await strategy.ExecuteAsync(
            cancellation =>
            {
                tries++;
                return context.Entries.Where(stored => stored.Id == id && stored.Version == ifVersion).ExecuteDeleteAsync(cancellation);
            },
            cancellationToken).ConfigureAwait(false);

        // Gone after a repetition: by us or by somebody else, which the caller must not take for either.
        if (removed == 0 && tries > 1 && await VersionAsync(context, id, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new InvalidOperationException("Whether this removed the entry, or somebody else did, is not known: the connection to the database broke in between.");
        }

        return removed == 1;
    }

    private static Task<string?> VersionAsync(TokenCacheContext context, string id, CancellationToken cancellationToken) =>
        context.Entries.Where(stored => stored.Id == id).Select(stored => stored.Version).FirstOrDefaultAsync(cancellationToken);

    private static Task<List<StoredEntry>> PageAsync(TokenCacheContext context, bool connectionsOnly, string after, int size, CancellationToken cancellationToken)
    {
        IQueryable<StoredEntry> entries = context.Entries.AsNoTracking();
        if (connectionsOnly)
        {
            entries = entries.Where(stored => stored.IsConnection);
        }

#pragma warning disable CA1309 // It is the database that compares, by the order that it sorts by.
        return entries.Where(stored => string.Compare(stored.Id, after) > 0).OrderBy(stored => stored.Id).Take(size).ToListAsync(cancellationToken);
#pragma warning restore CA1309
    }
}
