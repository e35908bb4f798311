using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>The database: contexts of our own, outside every transaction of the caller, over a table that is there.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TokenCacheDatabase
{
    // Of this database alone: a compiled query is of one provider's model.
    private readonly Func<TokenCacheContext, string, CancellationToken, Task<StoredEntry?>> _find = EF.CompileAsyncQuery(
        (TokenCacheContext context, string id, CancellationToken cancellationToken) => context.Entries.AsNoTracking().FirstOrDefault(stored => stored.Id == id));

    private readonly PooledDbContextFactory<TokenCacheContext> _contexts;
    private readonly Func<TokenCacheContext, Task>? _setUp;
    private readonly Lock _lock = new();
    private Task? _prepared;

    /// <param name="configure">Names provider and database.</param>
    /// <param name="setUp">What has to be done with the database itself before its first use.</param>
    public TokenCacheDatabase(Action<DbContextOptionsBuilder> configure, Func<TokenCacheContext, Task>? setUp = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        DbContextOptionsBuilder<TokenCacheContext> options = new();
        configure(options);

        // Parameters are tokens, where nothing encrypts them.
        options.EnableSensitiveDataLogging(false);
        _contexts = new PooledDbContextFactory<TokenCacheContext>(options.Options);
        _setUp = setUp;
    }

    /// <summary>Reads a row.</summary>
    public Task<StoredEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        DoAsync((context, cancellation) => _find(context, id, cancellation), cancellationToken);

    public async Task<T> DoAsync<T>(Func<TokenCacheContext, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await WithContextAsync(act, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates what is missing: once, for all callers, and again only if it failed.</summary>
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

    /// <summary>Whether the table was missing, and was created here.</summary>
    public bool HasCreatedTable { get; private set; }

    public string GenerateCreateScript()
    {
        using TokenCacheContext context = _contexts.CreateDbContext();
        return context.Database.GenerateCreateScript();
    }

    private async Task<T> WithContextAsync<T>(Func<TokenCacheContext, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        // A transaction of the caller's that is rolled back must not take tokens back with it.
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
            // The table alone, never a database: one that is not there is a slip in the connection string, and everybody would look disconnected.
            await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(cancellationToken).ConfigureAwait(false);
            HasCreatedTable = true;
            return true;
        }
        catch (DbException uncreated)
        {
            // Another process may have been first.
            return await FailureToReadAsync(context, cancellationToken).ConfigureAwait(false) is null
                ? true
                : throw new InvalidOperationException(
                    $"The table {TokenCacheContext.Table} can be neither read nor created. Is the connection string right? Where the application may not create tables, run the script of EntityFrameworkTokenCache.GenerateCreateScript.",
                    new AggregateException(unread, uncreated));
        }
    }

    // By the query that comes first anyway, so that it is compiled and the connection open by then.
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
