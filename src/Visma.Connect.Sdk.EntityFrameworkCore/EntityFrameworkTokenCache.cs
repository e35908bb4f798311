using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>
/// Stores tokens in a relational database of any provider of Entity Framework Core: durable, shared between processes, and encrypted. If the table
/// <c>visma_tokens</c> is missing, it is created at first use. The database is not created.
/// </summary>
/// <remarks>
/// Thread-safe. A save is one conditional UPDATE, so no locks, triggers or special isolation level are needed. Reads must come from the primary, and
/// commits must be synchronous. The cache uses its own context and its own database connections, and takes no part in a transaction of the caller.
/// Exceptions
/// of the provider are not caught.
/// </remarks>
public sealed class EntityFrameworkTokenCache : ITokenCache
{
    private const int LongestShown = 100;

    private readonly TokenCacheDatabase _database;
    private readonly TokenEntrySerializer _serializer;

    /// <summary>Creates a cache in a database. An application with a container calls <c>AddEntityFrameworkTokenCache</c> instead.</summary>
    /// <param name="configure">Sets the provider and the database, for example <c>options => options.UseNpgsql(connectionString)</c>.</param>
    /// <param name="serializer">Encrypts the entries.</param>
    public EntityFrameworkTokenCache(Action<DbContextOptionsBuilder> configure, TokenEntrySerializer serializer)
        : this(new TokenCacheDatabase(configure), serializer) => ArgumentNullException.ThrowIfNull(configure);

    internal EntityFrameworkTokenCache(TokenCacheDatabase database, TokenEntrySerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _database = database;
        _serializer = serializer;
    }

    internal bool IsSqlite => _database.IsSqlite;

    internal IReadOnlyList<string> FilesOpenToOthers => _database.File is { } file ? SqliteDatabase.OpenToOthers(file) : [];

    internal bool HasCreatedTable => _database.HasCreatedTable;

    /// <summary>Creates a cache in a SQLite file. An application with a container calls <c>AddSqliteTokenCache</c> instead.</summary>
    /// <param name="path">
    /// The file, on a local disk. A relative path starts at the current directory. A missing file is created so that only its owner can read it.
    /// </param>
    /// <param name="serializer">Encrypts the entries.</param>
    /// <returns>The cache.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is not the path of a file.</exception>
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
            // Each page has its own context, so no database connection is open while the caller handles the items.
            page = await _database.DoAsync(
                (context, cancellation) => PageAsync(context, connectionsOnly, last, PageSize, cancellation),
                cancellationToken).ConfigureAwait(false);
            foreach (StoredEntry stored in page)
            {
                last = stored.Id;
                if (TokenKey.TryFromStorageKey(stored.Key, out TokenKey? key))
                {
                    if (filter?.Includes(key) != false)
                    {
                        yield return ItemOf(key, stored);
                    }
                }
                else if (filter is null)
                {
                    // A copy and a change of keys list everything, and must not leave it behind in silence.
                    yield return WithoutKey(stored);
                }
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Connects to the database, and creates the table if it is missing. Without this call, it happens at first use.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the database can be used.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The file of SQLite can be neither opened nor created.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => _database.PrepareAsync(cancellationToken);

    /// <summary>
    /// Returns the SQL that creates the table, for a database in which the application has no permission to create it. <c>docs/schema</c> has the SQL
    /// for the
    /// usual providers. Sends nothing to the database.
    /// </summary>
    /// <returns>The SQL.</returns>
    public string GenerateCreateScript() => _database.GenerateCreateScript();

    private TokenCacheItem ItemOf(TokenKey key, StoredEntry stored) =>
        stored.Id == RowId.Of(key) ? _serializer.DeserializeItem(key, stored.Version, stored.Record) : new TokenCacheItem(key, Misplaced(key, stored));

    // It is listed under a key that has no token, and that no consent can have.
    private static TokenCacheItem WithoutKey(StoredEntry stored)
    {
        string shown = Uri.EscapeDataString(stored.Key.Length > LongestShown ? stored.Key[..LongestShown] + "..." : stored.Key);
        return new TokenCacheItem(
            TokenKey.FromStorageKey($"claim/unreadable/{Uri.EscapeDataString(stored.Id.Length == 0 ? "-" : stored.Id)}"),
            new UnreadableEntryException($"The key '{shown}' of the row '{stored.Id}' of table {TokenCacheContext.Table} cannot be read. A later version of "
                + "the library has written it, or the storage was changed from outside the library: use that version, or restore the row."));
    }

    // The row is not in the place of its key, so its record must not be listed as the entry of this key.
    private static UnreadableEntryException Misplaced(TokenKey key, StoredEntry stored) =>
        new($"The row '{stored.Id}' of table {TokenCacheContext.Table} is not the row of its key, {key}. The storage was changed from outside the "
            + "library: restore it.")
        { Key = key };

    // The unique key decides which of several processes creates the row. Each provider reports a lost race with another exception, so the row is read
    // afterwards.
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
                // The inner exception, of the provider: the DbUpdateException contains the row.
                ExceptionDispatchInfo.Throw(failure.InnerException ?? failure);
            }

            return stored == row.Version;
        }
    }

    private static async Task<bool> SwapAsync(TokenCacheContext context, StoredEntry row, string ifVersion, CancellationToken cancellationToken)
    {
        int changed = await context.Entries
            .Where(stored => stored.Id == row.Id && stored.Version == ifVersion)
            .ExecuteUpdateAsync(
                set => set.SetProperty(stored => stored.Version, row.Version).SetProperty(stored => stored.Record, row.Record),
                cancellationToken)
            .ConfigureAwait(false);

        // Some providers repeat a command whose reply was lost. The second time, the row already has the new version.
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

        // The provider repeated the command, and the row is gone. It is unknown whether this call or another process removed it.
        if (removed == 0 && tries > 1 && await VersionAsync(context, id, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new InvalidOperationException("The network connection to the database broke during the removal. It is unknown whether this call or "
                + "another process removed the entry.");
        }

        return removed == 1;
    }

    private static Task<string?> VersionAsync(TokenCacheContext context, string id, CancellationToken cancellationToken) =>
        context.Entries.Where(stored => stored.Id == id).Select(stored => stored.Version).FirstOrDefaultAsync(cancellationToken);

    private static Task<List<StoredEntry>> PageAsync(
        TokenCacheContext context,
        bool connectionsOnly,
        string after,
        int size,
        CancellationToken cancellationToken)
    {
        IQueryable<StoredEntry> entries = context.Entries.AsNoTracking();
        if (connectionsOnly)
        {
            entries = entries.Where(stored => stored.IsConnection);
        }

#pragma warning disable CA1309 // The database compares the texts, in the order in which it sorts them.
        return entries.Where(stored => string.Compare(stored.Id, after) > 0).OrderBy(stored => stored.Id).Take(size).ToListAsync(cancellationToken);
#pragma warning restore CA1309
    }
}
