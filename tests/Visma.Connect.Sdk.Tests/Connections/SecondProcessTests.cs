namespace Visma.Connect.Sdk.Tests.Connections;

// The browser sends the same callback twice, for example after a double click, and the load balancer hands it to two processes.
public class SecondProcessTests
{
    // A client's time limit for a token request, two operations of the cache, and two seconds.
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(30 + (2 * 2) + 2);

    [Fact]
    public async Task Callback_in_two_processes_at_the_same_time_connects_once_and_both_get_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess first, AppProcess second) = (app.StartProcess(), app.StartProcess());
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> one = first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();

        Task<VismaConnection> other = second.Connections.CompleteAsync(Copied(start), callback, TestApp.Cancellation).Soon();
        await second.WatchForAsync(TimeSpan.FromSeconds(5));
        Assert.False(other.IsCompleted);
        reply.Release();
        VismaConnection connected = await one;
        await second.WatchUntilAsync(other);

        Assert.Equal((connected.Key, ConnectionState.Active, connected.ConnectedAt), ((await other).Key, (await other).State, (await other).ConnectedAt));
        await AssertSentOnceAndWorkingAsync(app, second);
    }

    [Fact]
    public async Task Callback_in_a_second_process_afterwards_gets_the_connection_of_the_first()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        VismaConnection connected = await first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        AppProcess second = app.StartProcess();
        VismaConnection again = await second.Connections.CompleteAsync(Copied(start), callback, TestApp.Cancellation).Soon();

        Assert.Equal((connected.Key, connected.State, connected.ConnectedAt, connected.Company), (again.Key, again.State, again.ConnectedAt, again.Company));
        await AssertSentOnceAndWorkingAsync(app, second);
    }

    [Fact]
    public async Task Callbacks_that_race_for_the_claim_send_the_code_once()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess first, AppProcess second) = (app.StartProcess(), app.StartProcess());
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        Gate claim = app.Cache.HoldNext(IsClaimed);
        Task<VismaConnection> late = first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await claim.Reached.Soon();

        await second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        claim.Open();

        Assert.Equal(ConnectionState.Active, (await late).State);
        await AssertSentOnceAndWorkingAsync(app, second);
    }

    [Fact]
    public async Task First_process_that_dies_before_the_code_is_sent_leaves_a_clear_error_and_the_connection_before()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess second = app.StartProcess();
        await app.ConnectAsync(second);
        TokenEntry before = await app.EntryAsync();
        (AuthorizationRequest start, AuthorizationResponse callback) = await ClaimAndDieAsync(app);

        Task<VismaConnection> other = second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        TimeSpan waited = await second.WatchUntilAsync(other);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => other);
        Assert.Contains("Another process began to redeem the response", error.Message, StringComparison.Ordinal);
        Assert.Contains("This process has sent nothing and ended nothing. Have the user begin again.", error.Message, StringComparison.Ordinal);
        Assert.Equal(("Have the user begin again.", false, Watch), (error.Remedy?.ToString(), error.IsTransient, waited));
        Assert.Equal(before, await app.EntryAsync());
        await AssertSentOnceAndWorkingAsync(app, second);
        await app.ConnectAsync(second);
    }

    [Fact]
    public async Task First_process_that_dies_after_the_tokens_are_saved_leaves_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess second = app.StartProcess();
        AppProcess first = app.StartProcess(new ManualTime());
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        Gate outcome = app.Cache.HoldNext(call => call is { Operation: "save", IsOfClaim: true, Entry.Mark: null });
        _ = first.Connections.CompleteAsync(start, callback, TestApp.Cancellation);
        await outcome.Reached.Soon();

        Task<VismaConnection> other = second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await second.WatchUntilAsync(other);

        Assert.Equal(ConnectionState.Active, (await other).State);
        await AssertSentOnceAndWorkingAsync(app, second);
        outcome.Open();
    }

    [Fact]
    public async Task Second_process_gets_the_failure_of_the_first_and_sends_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.TokenEndpoint.LoseNextReply();
        VismaConnectException lost = await Assert.ThrowsAsync<VismaConnectException>(() => first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Contains($"Another process has redeemed the response to the {start}, and failed: {lost.Message}", error.Message, StringComparison.Ordinal);
        Assert.Equal("Have the user begin again.", error.Remedy?.ToString());
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Code_that_the_first_process_did_not_use_is_redeemed_by_the_second()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1", System.Net.HttpStatusCode.TooManyRequests));
        await Assert.ThrowsAsync<VismaConnectException>(() => first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        VismaConnection connection = await app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Another_code_for_the_same_request_is_refused_by_every_process()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        AuthorizationResponse injected = await app.AnswerAsync(start);
        await first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.StartProcess().Connections.CompleteAsync(start, injected, TestApp.Cancellation).Soon());

        Assert.Contains("was answered before with another code. Nothing was exchanged", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Connection_that_was_ended_since_is_not_brought_back()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        await first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await first.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Contains($"{UserApp.Key} was disconnected after that. Have the user begin again.", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Name_that_has_a_newer_consent_stands_for_that_one()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        await first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        app.Time.Advance(TimeSpan.FromMinutes(1));
        VismaConnection newer = await app.ConnectAsync(first);

        VismaConnection again = await app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal(newer.ConnectedAt, again.ConnectedAt);
    }

    [Fact]
    public async Task Second_process_that_cannot_look_says_so_and_looks_again_when_it_is_asked_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        await first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        AppProcess second = app.StartProcess();
        for (int times = 0; times < 3; times++)
        {
            app.Cache.FailNext(call => call is { Operation: "get", IsOfClaim: true });
        }

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.True(error.IsTransient);
        Assert.Equal(ConnectionState.Active, (await second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Claim_that_was_saved_though_it_was_reported_as_failed_is_recognised()
    {
        await using UserApp app = await UserApp.StartAsync();
        app.Cache.FailNext(IsClaimed, after: true);

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Single(app.Cache.Calls, IsClaimed);
    }

    // A new encryption key, for example, gives the claim a new version while its process waits for the server.
    [Fact]
    public async Task Outcome_is_stored_also_when_the_claim_was_written_again_meanwhile()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = app.StartProcess();
        AuthorizationRequest start = first.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = first.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();
        await app.Cache.ReprotectAsync(cancellationToken: TestApp.Cancellation);
        reply.Release();
        await completing;

        VismaConnection again = await app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal(ConnectionState.Active, again.State);
    }

    [Fact]
    public async Task Second_process_waits_for_no_claim_while_its_host_stops()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AuthorizationRequest start, AuthorizationResponse callback) = await ClaimAndDieAsync(app);
        AppProcess second = app.StartProcess();
        Task<VismaConnection> other = second.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await second.WatchForAsync(TimeSpan.FromSeconds(2));

        await second.DisposeAsync();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => other);
        Assert.Contains("The host is stopping. Another process completes the", error.Message, StringComparison.Ordinal);
    }

    // A claim that is stored. Its process has a clock that stands still, so it does not continue.
    private static async Task<(AuthorizationRequest Start, AuthorizationResponse Callback)> ClaimAndDieAsync(UserApp app)
    {
        AppProcess process = app.StartProcess(new ManualTime());
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        Gate claim = app.Cache.HoldNext(IsClaimed, after: true);
        _ = process.Connections.CompleteAsync(start, callback, TestApp.Cancellation);
        await claim.Reached.Soon();
        return (start, callback);
    }

    private static bool IsClaimed(CacheCall call) => call is { Operation: "save", IsOfClaim: true, Entry.Mark: not null };

    // As it arrives in another process: from the session of the browser.
    private static AuthorizationRequest Copied(AuthorizationRequest start) => AuthorizationRequest.FromJson(start.ToJson());

    // One code was sent, and the tokens that it brought can be renewed: the server has not taken a second code for a theft.
    private static async Task AssertSentOnceAndWorkingAsync(UserApp app, AppProcess process)
    {
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
        app.Expire();
        Assert.NotNull(await process.GetTokenAsync());
    }
}
