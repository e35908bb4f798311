using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>
/// Makes SQLite itself wait for the write of another process: it tries again every few milliseconds. The provider only tries again every 150 ms, and a
/// process could miss its turn for longer than a renewal waits.
/// </summary>
internal sealed class SqliteBusyTimeout(TimeSpan timeout) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set(connection);
        return Task.CompletedTask;
    }

    private void Set(DbConnection connection) => raw.sqlite3_busy_timeout(((SqliteConnection)connection).Handle, (int)timeout.TotalMilliseconds);
}
