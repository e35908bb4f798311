using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Sqlite;

/// <summary>
/// The open database connections of a file. Readers use as many as they need. Writers take turns, in the order in which they came: SQLite writes one
/// entry after the other, and of several writers that wait for its lock it does not take the first one.
/// </summary>
/// <remarks>
/// Thread-safe. After its disposal it keeps no idle connection, but operations still work: a renewal may have to save its tokens after the container
/// has been disposed of.
/// </remarks>
internal sealed class SqliteSessions(string file) : IDisposable
{
    private const int MostIdle = 8;

    private readonly ConcurrentQueue<SqliteSession> _idle = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _isDisposed;

    public T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession session = _idle.TryDequeue(out SqliteSession? idle) ? idle : SqliteSession.Open(file);
        try
        {
            T result = read(session);
            Return(session);
            return result;
        }
        catch
        {
            // The failure may be one of the connection.
            session.Dispose();
            throw;
        }
    }

    /// <exception cref="OperationCanceledException">Cancelled before the write began.</exception>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Read(write);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        CloseIdle();
    }

    private void Return(SqliteSession session)
    {
        if (_isDisposed || _idle.Count >= MostIdle)
        {
            session.Dispose();
            return;
        }

        _idle.Enqueue(session);
        if (_isDisposed)
        {
            CloseIdle();
        }
    }

    private void CloseIdle()
    {
        while (_idle.TryDequeue(out SqliteSession? session))
        {
            session.Dispose();
        }
    }
}
