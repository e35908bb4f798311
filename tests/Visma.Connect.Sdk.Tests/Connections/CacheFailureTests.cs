using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>What a token cache throws. Its types are its own, so no application could catch them.</summary>
public class CacheFailureTests
{
    [Fact]
    public Task Finding_a_connection_fails_with_a_remedy() =>
        AssertFailsAsync((connections, cancellation) => connections.FindAsync("nxt", "customer-42", cancellation), "failed to read the entry of");

    [Fact]
    public Task Listing_the_connections_fails_with_a_remedy() => AssertFailsAsync(ListAsync, "failed to list the connections");

    [Fact]
    public Task Ending_a_connection_fails_with_a_remedy() =>
        AssertFailsAsync((connections, cancellation) => connections.DisconnectAsync("nxt", "customer-42", cancellation), "failed to read the entry of");

    [Fact]
    public async Task Listing_that_breaks_off_fails_with_a_remedy()
    {
        await using UserApp app = await UserApp.StartAsync();
        await using ServiceProvider provider = Over(app, new BreakingOff());
        List<VismaConnection> listed = [];

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(async () =>
        {
            await foreach (VismaConnection connection in provider.GetRequiredService<VismaConnections>().ListAsync(TestApp.Cancellation))
            {
                listed.Add(connection);
            }
        });

        Assert.Single(listed);
        Assert.IsType<IOException>(error.InnerException);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_a_cancellation()
    {
        await using UserApp app = await UserApp.StartAsync();
        VismaConnections connections = app.StartProcess().Connections;
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connections.FindAsync("nxt", "customer-42", cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await app.ConnectAsync(app.StartProcess());
            await ListAsync(connections, cancelled);
        });
    }

    [Fact]
    public async Task Failure_of_the_cache_is_no_cancellation_also_when_the_caller_has_cancelled()
    {
        await using UserApp app = await UserApp.StartAsync();
        await using ServiceProvider provider = Over(app, new BreakingOff());

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => provider.GetRequiredService<VismaConnections>().FindAsync("nxt", "customer-42", new CancellationToken(canceled: true)));

        Assert.IsType<IOException>(error.InnerException);
    }

    // The driver gave up by itself: the caller has not cancelled.
    [Fact]
    public async Task Cancellation_by_the_cache_is_a_failure()
    {
        await using UserApp app = await UserApp.StartAsync();
        await using ServiceProvider provider = Over(app, new BreakingOff { Failure = new OperationCanceledException() });

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => ListAsync(provider.GetRequiredService<VismaConnections>(), TestApp.Cancellation));

        Assert.IsType<OperationCanceledException>(error.InnerException);
    }

    private static async Task AssertFailsAsync(Func<VismaConnections, CancellationToken, Task> use, string expected)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Cache.IsDown = true;
        app.Cache.FailsToList = true;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => use(process.Connections, TestApp.Cancellation).Soon());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("Check the token cache", error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.IsType<IOException>(error.InnerException);
    }

    private static async Task ListAsync(VismaConnections connections, CancellationToken cancellationToken)
    {
        await foreach (VismaConnection _ in connections.ListAsync(cancellationToken))
        {
            // Only the end matters.
        }
    }

    private static ServiceProvider Over(UserApp app, ITokenCache cache)
    {
        ServiceCollection services = new();
        services.AddSingleton(cache);
        services.AddLogging();
        services.AddVismaConnect(options =>
        {
            options.Clients["nxt"] = app.Client.ToOptions();
            app.Visma.Configure(options);
        });
        return services.BuildServiceProvider();
    }

    private sealed class BreakingOff : ITokenCache
    {
        public Exception Failure { get; init; } = new IOException("The network connection broke.");

        public ValueTask<TokenEntry?> GetAsync(TokenKey key, CancellationToken cancellationToken = default) => throw Failure;

        public ValueTask<bool> SaveAsync(TokenKey key, TokenEntry entry, string? ifVersion, CancellationToken cancellationToken = default) => throw Failure;

        public ValueTask<bool> RemoveAsync(TokenKey key, string ifVersion, CancellationToken cancellationToken = default) => throw Failure;

        public async IAsyncEnumerable<TokenCacheItem> ListAsync(
            TokenFilter? filter = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return new TokenCacheItem(UserApp.Key, new UnreadableEntryException("It cannot be read."));
            throw Failure;
        }
    }
}
