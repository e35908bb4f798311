using System.Collections.Concurrent;
using Visma.Connect.Sdk.Tests.TokenCache;

namespace Visma.Connect.Sdk.Tests.Connections;

// A process without the key that encrypted a connection. It must not treat the connection as missing.
public class UnreadableConnectionTests
{
    private const string First = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";
    private const string Second = "c2Vjb25kIGtleSwgZm9yIHRlc3RzIG9ubHksIDMyYi4=";

    private readonly ConcurrentDictionary<string, KeyValueTokenCache.Row> _rows = new();

    [Fact]
    public async Task Its_token_is_a_clear_error_and_nothing_is_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));
        AppProcess without = Process(app, ("second", Second));

        UnreadableEntryException error = await Assert.ThrowsAsync<UnreadableEntryException>(() => without.GetTokenAsync());

        Assert.Contains("key 'first', which is not in TokenProtection:Keys", error.Message, StringComparison.Ordinal);
        Assert.Equal((UserApp.Key, false), (error.Key, error.IsTransient));
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Others_work_beside_it()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess with = Process(app, ("first", First));
        await app.ConnectAsync(with);
        AppProcess without = Process(app, ("second", Second));
        AuthorizationRequest start = without.Connections.Begin("nxt", "other");
        await without.Connections.CompleteAsync(start, await app.AnswerAsync(start), TestApp.Cancellation).Soon();

        List<VismaConnection> listed = [];
        await foreach (VismaConnection connection in without.Connections.ListAsync(TestApp.Cancellation))
        {
            listed.Add(connection);
        }

        Assert.Equal(
            [("customer-42", ConnectionState.Unreadable), ("other", ConnectionState.Active)],
            listed.Select(connection => (connection.Name, connection.State)).Order());
        Assert.Contains("key 'first'", listed.Single(connection => connection.Name == "customer-42").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_as_unreadable()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));

        VismaConnection? found = await Process(app, ("second", Second)).Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal(ConnectionState.Unreadable, found?.State);
        Assert.Equal(["BusinessNxt"], found?.Apis);
    }

    [Fact]
    public async Task Consent_does_not_overwrite_it_and_its_code_is_good_once_the_key_is_there()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));
        byte[] stored = RowOfConnection()!.Record;
        TokenProtectionOptions keys = KeysOf([("second", Second)]);
        AppProcess without = Process(app, keys);
        AuthorizationRequest start = without.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        int asked = app.TokenEndpoint.Requests.Count;

        await Assert.ThrowsAsync<UnreadableEntryException>(() => without.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Equal(asked, app.TokenEndpoint.Requests.Count);
        Assert.Same(stored, RowOfConnection()!.Record);
        keys.Keys["first"] = First;
        Assert.Equal(ConnectionState.Active, (await without.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
    }

    // One failed read proves nothing. If the code were spent then, its tokens could not be saved.
    [Fact]
    public async Task Cache_that_stumbles_is_looked_at_again_before_the_code_is_spent()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));
        TroubledCache stumbling = new(Cache(KeysOf([("second", Second)])));
        AppProcess without = app.StartProcess(cache: stumbling);
        AuthorizationRequest start = without.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        int asked = app.TokenEndpoint.Requests.Count;
        stumbling.FailNext(_ => true);
        stumbling.FailNext(_ => true);

        await Assert.ThrowsAsync<UnreadableEntryException>(() => without.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Equal(asked, app.TokenEndpoint.Requests.Count);
    }

    // Another process, which already has the new key, saves a new consent at the same time. It must not be removed unread.
    [Fact]
    public async Task Disconnecting_removes_nothing_that_became_unreadable_meanwhile()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess next = Process(app, ("first", First), ("second", Second));
        TroubledCache slow = new(Cache(KeysOf([("first", First)])));
        AppProcess old = app.StartProcess(cache: slow);
        await app.ConnectAsync(old);
        Gate removal = slow.HoldNext(call => call.IsRemoval);
        Task<Disconnection> disconnecting = old.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        await removal.Reached.Soon();
        await app.ConnectAsync(next);
        removal.Open();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => disconnecting);

        Assert.True(error.IsTransient);
        Assert.Equal(ConnectionState.Active, (await next.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon())?.State);
    }

    [Fact]
    public async Task It_works_as_before_once_the_key_is_there()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));
        TokenProtectionOptions keys = KeysOf([("second", Second)]);
        AppProcess process = Process(app, keys);
        await Assert.ThrowsAsync<UnreadableEntryException>(() => process.GetTokenAsync());

        keys.Keys["first"] = First;

        Assert.NotNull(await process.GetTokenAsync());
        Assert.Equal(0, app.Renewals);
    }

    // The remedy if a key is lost: the connection is removed by its name, and the user can connect again.
    [Fact]
    public async Task Disconnecting_removes_it_and_says_that_Visma_was_not_told()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)));
        AppProcess without = Process(app, ("second", Second));

        Disconnection disconnection = await without.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(disconnection.WasConnected);
        Assert.IsType<UnreadableEntryException>(disconnection.RevocationFailure);
        Assert.Null(RowOfConnection());
        Assert.Equal(ConnectionState.Active, (await app.ConnectAsync(without)).State);
    }

    // It could be of the same user, whom a second use of a one-time refresh token would cost all connections (docs/renewal.md, "When a token is sent again").
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Refresh_token_with_an_unknown_outcome_is_not_sent_again_beside_it(bool hasKey, int sends)
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.ConnectAsync(Process(app, ("first", First)), "other", app.Visma.AddUser("Ola Nordmann", app.Company));
        AppProcess process = hasKey ? Process(app, ("first", First), ("second", Second)) : Process(app, ("second", Second));
        await app.ConnectAsync(process);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Drop);

        Task<AccessToken> call = process.GetTokenAsync();
        if (hasKey)
        {
            await process.PassAsync(TimeSpan.FromSeconds(30));
            Assert.NotEmpty((await call).Value);
        }
        else
        {
            ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
            Assert.Contains("the outcome is unknown. It is not sent again", error.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(sends, app.Renewals);
    }

    [Fact]
    public async Task Key_is_changed_while_everything_runs()
    {
        await using UserApp app = await UserApp.StartAsync();
        TokenProtectionOptions keys = KeysOf([("first", First)]);
        AppProcess process = Process(app, keys);
        await app.ConnectAsync(process);

        keys.Keys["second"] = Second;
        keys.CurrentKey = "second";
        TokenCopyReport report = await Cache(keys).ReprotectAsync(cancellationToken: TestApp.Cancellation);
        keys.Keys.Remove("first");

        // The connection, and the claim of its consent.
        Assert.Equal((2, 0, 0), (report.Written, report.LeftAlone, report.Unreadable.Count));
        app.Expire();
        Assert.NotNull(await process.GetTokenAsync());
        Assert.Equal(1, app.Renewals);
    }

    private KeyValueTokenCache.Row? RowOfConnection() => _rows.GetValueOrDefault(UserApp.Key.ToStorageKey());

    private AppProcess Process(UserApp app, params (string Name, string Key)[] keys) => Process(app, KeysOf(keys));

    private AppProcess Process(UserApp app, TokenProtectionOptions keys) => app.StartProcess(cache: new TroubledCache(Cache(keys)));

    private KeyValueTokenCache Cache(TokenProtectionOptions keys) => new(_rows, new TokenEntrySerializer(new AesGcmTokenProtector(keys)));

    private static TokenProtectionOptions KeysOf((string Name, string Key)[] keys)
    {
        TokenProtectionOptions options = new() { CurrentKey = keys[^1].Name };
        foreach ((string name, string key) in keys)
        {
            options.Keys[name] = key;
        }

        return options;
    }
}
