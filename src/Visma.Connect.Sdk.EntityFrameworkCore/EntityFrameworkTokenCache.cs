using System.Diagnostics.CodeAnalysis;
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
[RequiresUnreferencedCode(AheadOfTime.IsNotSupported)]
[RequiresDynamicCode(AheadOfTime.IsNotSupported)]
public sealed class EntityFrameworkTokenCache : ITokenCache
{
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

    internal bool HasCreatedTable => _database.HasCreatedTable;

    /// <inheritdoc/>
    public async ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        TokenRow? stored = await _database.FindAsync(TokenRow.IdOf(key), cancellationToken).ConfigureAwait(false);
        return stored is null ? null : _serializer.Deserialize(key, stored.Version, stored.Record);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entry);
        TokenRow row = TokenRow.From(key, entry, _serializer);
        return await _database.DoAsync(
            (context, cancellation) => ifVersion is null ? CreateAsync(context, row, cancellation) : SwapAsync(context, row, ifVersion, cancellation),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(ifVersion);
        string id = TokenRow.IdOf(key);
        return await _database.DoAsync((context, cancellation) => RemoveAsync(context, id, ifVersion, cancellation), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int PageSize = 200;
        bool connectionsOnly = filter?.ConnectionsOnly == true;
        List<TokenRow> page;
        string last = "";
        do
        {
            // Each page has its own context, so no database connection is open while the caller handles the items.
            page = await _database.DoAsync(
                (context, cancellation) => PageAsync(context, connectionsOnly, last, PageSize, cancellation),
                cancellationToken).ConfigureAwait(false);
            foreach (TokenRow stored in page)
            {
                last = stored.Id;
                if (stored.TryRead(filter, _serializer, out TokenCacheItem? item))
                {
                    yield return item;
                }
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Connects to the database, and creates the table if it is missing. Without this call, it happens at first use.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the database can be used.</returns>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => _database.PrepareAsync(cancellationToken);

    /// <summary>
    /// Returns the SQL that creates the table, for a database in which the application has no permission to create it. <c>docs/schema</c> has the SQL
    /// for the
    /// usual providers. Sends nothing to the database.
    /// </summary>
    /// <returns>The SQL.</returns>
    public string GenerateCreateScript() => _database.GenerateCreateScript();

    // The unique key decides which of several processes creates the row. Each provider reports a lost race with another exception, so the row is read
    // afterwards.
    private static async Task<bool> CreateAsync(TokenCacheContext context, TokenRow row, CancellationToken cancellationToken)
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

    private static async Task<bool> SwapAsync(TokenCacheContext context, TokenRow row, string ifVersion, CancellationToken cancellationToken)
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

    private static Task<List<TokenRow>> PageAsync(
        TokenCacheContext context,
        bool connectionsOnly,
        string after,
        int size,
        CancellationToken cancellationToken)
    {
        IQueryable<TokenRow> entries = context.Entries.AsNoTracking();
        if (connectionsOnly)
        {
            entries = entries.Where(stored => stored.IsConnection);
        }

#pragma warning disable CA1309 // The database compares the texts, in the order in which it sorts them.
        return entries.Where(stored => string.Compare(stored.Id, after) > 0).OrderBy(stored => stored.Id).Take(size).ToListAsync(cancellationToken);
#pragma warning restore CA1309
    }
}
