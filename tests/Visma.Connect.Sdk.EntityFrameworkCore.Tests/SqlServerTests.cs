namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

// No SQL Server runs here. The tests read the commands that would be sent to it.
public class SqlServerTests
{
    private readonly SilentSqlServer _server = new();

    [Fact]
    public async Task Swap_is_one_conditional_update()
    {
        await _server.Open().SaveAsync(Entries.Key, Entries.New(), ifVersion: "before", Entries.Cancellation);

        Assert.Equal("UPDATE [v] SET [v].[version] = @p, [v].[record] = @p3 FROM [visma_tokens] AS [v] WHERE [v].[id] = @row_Id AND [v].[version] = @ifVersion", Sent());
    }

    [Fact]
    public async Task Removal_is_one_conditional_delete()
    {
        await _server.Open().RemoveAsync(Entries.Key, ifVersion: "before", Entries.Cancellation);

        Assert.Equal("DELETE FROM [v] FROM [visma_tokens] AS [v] WHERE [v].[id] = @id AND [v].[version] = @ifVersion", Sent());
    }

    [Fact]
    public async Task Row_is_found_by_its_primary_key()
    {
        await _server.Open().GetAsync(Entries.Key, Entries.Cancellation);

        Assert.Equal("SELECT TOP(1) [v].[id], [v].[is_connection], [v].[token_key], [v].[record], [v].[version] FROM [visma_tokens] AS [v] WHERE [v].[id] = @id", Sent());
    }

    [Fact]
    public async Task Page_of_connections_follows_the_index()
    {
        await foreach (TokenCacheItem _ in _server.Open().ListAsync(new TokenFilter { ConnectionsOnly = true }, Entries.Cancellation))
        {
        }

        Assert.EndsWith(
            "FROM [visma_tokens] AS [v] WHERE [v].[is_connection] = CAST(1 AS bit) AND [v].[id] > @after ORDER BY [v].[id]",
            Sent(),
            StringComparison.Ordinal);
    }

    // At most 1,700 bytes in an index, 900 in a clustered index, and no (max) columns.
    [Fact]
    public void Columns_of_the_indexes_are_within_its_limits()
    {
        string script = _server.Open().GenerateCreateScript();

        Assert.Contains("[id] varchar(64) NOT NULL", script, StringComparison.Ordinal);
        Assert.Contains("PRIMARY KEY ([id])", script, StringComparison.Ordinal);
        Assert.Contains("ON [visma_tokens] ([is_connection], [id])", script, StringComparison.Ordinal);
    }

    // The commands after the check whether the table exists.
    private string Sent() => Assert.Single(_server.Commands.Skip(1));
}
