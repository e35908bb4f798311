using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>
/// Runs operations on the table, each in a new context, outside of every transaction of the caller. Creates the table if it is missing.
/// </summary>
/// <remarks>Thread-safe.</remarks>
[RequiresUnreferencedCode(AheadOfTime.IsNotSupported)]
[RequiresDynamicCode(AheadOfTime.IsNotSupported)]
internal sealed class TokenCacheDatabase
{
    // Not static: a compiled query belongs to the model of one provider.
    private readonly Func<TokenCacheContext, string, CancellationToken, Task<TokenRow?>> _find = EF.CompileAsyncQuery(
        (TokenCacheContext context, string id, CancellationToken cancellationToken) =>
            context.Entries.AsNoTracking().FirstOrDefault(stored => stored.Id == id));

    private readonly PooledDbContextFactory<TokenCacheContext> _contexts;
    private readonly Lazy<bool> _isSqlite;
    private readonly PreparedOnce _prepared;

    /// <param name="configure">Sets the provider and the database.</param>
    public TokenCacheDatabase(Action<DbContextOptionsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        DbContextOptionsBuilder<TokenCacheContext> options = new();
        configure(options);

        // The parameters contain tokens if they are not encrypted.
        options.EnableSensitiveDataLogging(false);
        _contexts = new PooledDbContextFactory<TokenCacheContext>(options.Options);
        _prepared = new PreparedOnce(() => WithContextAsync(SetUpAsync, CancellationToken.None));
        _isSqlite = new Lazy<bool>(FindIsSqlite);
    }

    /// <summary>Reads a row.</summary>
    public Task<TokenRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        DoAsync((context, cancellation) => _find(context, id, cancellation), cancellationToken);

    public async Task<T> DoAsync<T>(Func<TokenCacheContext, CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await WithContextAsync(act, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates the table if it is missing.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => _prepared.PrepareAsync(cancellationToken);

    public bool IsSqlite => _isSqlite.Value;

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
        return context.Database.ProviderName?.EndsWith(".Sqlite", StringComparison.Ordinal) == true;
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
                    $"The table {TokenRow.Table} can be neither read nor created. Is the connection string right? If the application has no "
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
