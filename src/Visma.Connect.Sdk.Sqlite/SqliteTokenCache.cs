using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Sqlite;

/// <summary>
/// Stores tokens in a SQLite file: durable, for one machine and any number of processes on it, and encrypted. A missing file is created so that only its
/// owner can read it, and its table, <c>visma_tokens</c>, is created at first use.
/// </summary>
/// <remarks>
/// <para>Thread-safe. A save is one conditional UPDATE that is on the disk before it is reported. The saves of a process take turns.</para>
/// <para>
/// SQLite has no asynchronous operations: a method of this class blocks its thread while the disk works, and at most three seconds while another
/// process writes. The library calls it on threads of the pool, with time limits.
/// </para>
/// <para>Disposing of the cache closes its idle database connections. It still works afterwards, because a renewal may have tokens to save.</para>
/// <para>Exceptions of the provider are not caught.</para>
/// </remarks>
public sealed class SqliteTokenCache : ITokenCache, IDisposable
{
    private const int PageSize = 200;

    private readonly string _file;
    private readonly TokenEntrySerializer _serializer;
    private readonly SqliteSessions _sessions;
    private readonly PreparedOnce _prepared;

    /// <summary>Creates a cache in a SQLite file. An application with a container calls <c>AddSqliteTokenCache</c> instead.</summary>
    /// <param name="path">
    /// The file, on a local disk and not on a network share. A relative path starts at the current directory. A missing file is created so that only its
    /// owner can read it.
    /// </param>
    /// <param name="serializer">Encrypts the entries.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is not the path of a file.</exception>
    public SqliteTokenCache(string path, TokenEntrySerializer serializer)
    {
        SqliteFile.RequirePath(path);
        ArgumentNullException.ThrowIfNull(serializer);
        _file = Path.GetFullPath(path);
        _serializer = serializer;
        _sessions = new SqliteSessions(_file);
        _prepared = new PreparedOnce(SetUp);
    }

    internal IReadOnlyList<string> FilesOpenToOthers => SqliteFile.OpenToOthers(_file);

    internal bool HasCreatedTable { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        string id = TokenRow.IdOf(key);
        (string Version, byte[] Record)? stored = _sessions.Read(session => session.Find(id));
        return stored is { } row ? _serializer.Deserialize(key, row.Version, row.Record) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default)
    {
        TokenRow row = TokenRow.From(key, entry, _serializer);
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await _sessions.WriteAsync(
            session => ifVersion is null ? session.Insert(row) : session.Swap(row, ifVersion),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(ifVersion);
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        string id = TokenRow.IdOf(key);
        return await _sessions.WriteAsync(session => session.Remove(id, ifVersion), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TokenCacheItem> ListAsync(
        TokenFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        bool connectionsOnly = filter?.ConnectionsOnly == true;
        List<TokenRow> page;
        string last = "";
        do
        {
            // Page by page, so that no read of the database is open while the caller handles the items: it would keep the log of SQLite from being reused.
            cancellationToken.ThrowIfCancellationRequested();
            page = _sessions.Read(session => session.Page(connectionsOnly, last, PageSize));
            foreach (TokenRow row in page)
            {
                last = row.Id;
                if (row.TryRead(filter, _serializer, out TokenCacheItem? item))
                {
                    yield return item;
                }
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Creates the file and the table if they are missing. Without this call, it happens at first use.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the file can be used.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The file can be neither opened nor created.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => _prepared.PrepareAsync(cancellationToken);

    /// <summary>Closes the idle database connections.</summary>
    public void Dispose() => _sessions.Dispose();

    private Task SetUp()
    {
        SqliteFile.Prepare(_file, () => _sessions.Read(session =>
        {
            session.Execute("PRAGMA journal_mode = WAL");
            HasCreatedTable = SqliteTable.CreateIfMissing(session);
            return HasCreatedTable;
        }));
        return Task.CompletedTask;
    }
}
