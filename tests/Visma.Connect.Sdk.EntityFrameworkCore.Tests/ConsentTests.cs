using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public class ConsentTests
{
    // A double click that the load balancer hands to two processes.
    [Fact]
    public async Task Callback_in_two_processes_is_redeemed_once_and_both_have_the_connection()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using WebApp app = await WebApp.StartAsync();
        using IHost first = await StartAsync(app, database);
        using IHost second = await StartAsync(app, database);
        VismaConnections[] connections = [.. new[] { first, second }.Select(host => host.Services.GetRequiredService<VismaConnections>())];
        AuthorizationRequest start = connections[0].Begin("nxt", "customer-42");
        FakeCallback callback = await app.Visma.SignInAsync(start.Url, app.User, cancellationToken: Entries.Cancellation);

        VismaConnection[] both = await Task.WhenAll(connections.Select(
            one => Task.Run(() => one.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), Entries.Cancellation), Entries.Cancellation)));

        Assert.Equal(both[0].ConnectedAt, both[1].ConnectedAt);
        Assert.Single(app.Visma.TokenEndpoint.Requests);
        List<TokenKey> listed = [];
        await foreach (VismaConnection connection in connections[1].ListAsync(Entries.Cancellation))
        {
            listed.Add(connection.Key);
        }

        Assert.Equal([Entries.Key], listed);
    }

    private static async Task<IHost> StartAsync(WebApp app, TokenDatabase database)
    {
        IHost host = app.Build(visma => visma.AddSqliteTokenCache(database.ConnectionString), options => options.TokenProtection.Keys["first"] = TestKeys.First);
        await host.StartAsync(Entries.Cancellation);
        return host;
    }
}
