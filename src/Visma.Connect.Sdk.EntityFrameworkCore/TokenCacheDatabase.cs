using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>
/// Runs operations on the table, each in a new context, outside of every transaction of the caller. Creates the table if it is missing.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TokenCacheDatabase
{
    // Not static: a compiled query belongs to the model of one provider.
    private readonly Func<TokenCacheContext, string, CancellationToken, Task<StoredEntry?>> _find = EF.CompileAsyncQuery(
        (TokenCacheContext context, string id, CancellationToken cancellationToken) =>
            context.Entries.AsNoTracking().FirstOrDefault(stored => stored.Id == id));

    private readonly PooledDbContextFactory<TokenCacheContext> _contexts;
    private readonly Func<TokenCacheContext, Task>? _setUp;
    private readonly Lazy<bool> _isSqlite;
    private readonly Lock _lock = new();
    private Task? _prepared;

    /// <param name="configure">Sets the provider and the database.</param>
    /// <param name="setUp">Prepares the database itself before its first use.</param>
    public TokenCacheDatabase(Action<DbContextOptionsBuilder> configure, Func<TokenCacheContext, Task>? setUp = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        DbContextOptionsBuilder<TokenCacheContext> options = new();
        configure(options);

        // The parameters contain tokens if they are not encrypted.
        options.EnableSensitiveDataLogging(false);
        _contexts = new PooledDbContextFactory<TokenCacheContext>(options.Options);
        _setUp = setUp;
        _isSqlite = new Lazy<bool>(FindIsSqlite);
    }

    /// <summary>Reads a row.</summary>
    public Task<StoredEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        DoAsync((context, cancellation) => _find(context, id, cancellation), cancellationToken);

    public async Task<T> DoAsync<T>(Func<TokenCacheContext, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await WithContextAsync(act, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates the table if it is missing: once for all callers, and again only after a failure.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_prepared is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _prepared = Task.Run(() => WithContextAsync(SetUpAsync, CancellationToken.None), CancellationToken.None);
            }

            return _prepared.IsCompletedSuccessfully ? _prepared : _prepared.WaitAsync(cancellationToken);
        }
    }

    public bool IsSqlite => _isSqlite.Value;

    /// <summary>The SQLite file. Null for other databases.</summary>
    public string? File { get; init; }

    /// <summary>Whether this process has created the table.</summary>
    public bool HasCreatedTable { get; private set; }

    public string GenerateCreateScript()
    {
        using TokenCacheContext context = _contexts.CreateDbContext();
        return context.Database.GenerateCreateScript();
    }

    private bool FindIsSqlite()
    {
        using TokenCacheContext context = _contexts.CreateDbContext();
        return context.Database.IsSqlite();
    }

    private async Task<T> WithContextAsync<T>(Func<TokenCacheContext, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        // If the caller's transaction is rolled back, the tokens must remain saved.
        using TransactionScope? own = Transaction.Current is null ? null : new(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        TokenCacheContext context = await _contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            T result = await act(context, cancellationToken).ConfigureAwait(false);
            own?.Complete();
            return result;
        }
    }

    private async Task<bool> SetUpAsync(TokenCacheContext context, CancellationToken cancellationToken)
    {
        if (_setUp is not null)
        {
            await _setUp(context).ConfigureAwait(false);
        }

        if (await FailureToReadAsync(context, cancellationToken).ConfigureAwait(false) is not { } unread)
        {
            return true;
        }

        try
        {
            // Creates only the table, never the database: if that is missing, the connection string is wrong, and a new database would have no connections.
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(cancellationToken).ConfigureAwait(false);
            HasCreatedTable = true;
            return true;
        }
        catch (DbException uncreated)
        {
            // Perhaps another process has created the table at the same time.
            return await FailureToReadAsync(context, cancellationToken).ConfigureAwait(false) is null
                ? true
                : throw new InvalidOperationException(
                    $"The table {TokenCacheContext.Table} can be neither read nor created. Is the connection string right? If the application has no "
                        + "permission to create tables, run the script of EntityFrameworkTokenCache.GenerateCreateScript.",
                    new AggregateException(unread, uncreated));
        }
    }

    // Uses the query of GetAsync, so that it is already compiled, and a database connection is open, when GetAsync is first called.
    private async Task<DbException?> FailureToReadAsync(TokenCacheContext context, CancellationToken cancellationToken)
    {
        try
        {
            _ = await _find(context, "", cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (DbException failure)
        {
            return failure;
        }
    }
}
