using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Many renewals at once: each waits for its turn, and no time limit is broken by the wait.</summary>
public class HerdTests
{
    private const int DefaultPlaces = 32;

    private static readonly TimeSpan NotSlow = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task No_more_renewals_than_places_run_at_once()
    {
        TokenTraffic traffic = new();
        CrowdedCache storage = new(new MemoryTokenCache());
        await using UserApp app = await StartAsync(traffic);
        AppProcess process = app.StartProcess(cache: new TroubledCache(storage));
        string[] connections = await ConnectAsync(app, process, 2 * DefaultPlaces);

        Gate gate = new();
        traffic.Hold = gate.PassAsync;
        int before = traffic.Arrived;
        Task<AccessToken>[] calls = [.. connections.Select(process.GetTokenAsync)];
        await Eventually.TrueAsync(() => traffic.Arrived == before + DefaultPlaces);
        gate.Open();
        await Task.WhenAll(calls);

        Assert.Equal(DefaultPlaces, traffic.MostAtOnce);
        Assert.InRange(storage.MostAtOnce, 1, DefaultPlaces);
        Assert.Equal(connections.Length, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Limit_of_the_cache_counts_if_it_is_lower()
    {
        TokenTraffic traffic = new();
        await using UserApp app = await StartAsync(traffic);
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 20);
        app.Cache.Limit = 3;

        Gate gate = new();
        traffic.Hold = gate.PassAsync;
        int before = traffic.Arrived;
        Task<AccessToken>[] calls = [.. connections.Select(process.GetTokenAsync)];
        await Eventually.TrueAsync(() => traffic.Arrived == before + 3);
        gate.Open();
        await Task.WhenAll(calls);

        Assert.Equal(3, traffic.MostAtOnce);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Renewal_with_a_waiting_caller_comes_before_renewals_in_the_background(bool wasInTheBackgroundBefore)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 3);
        AccessToken[] tokens = await Task.WhenAll(connections.Select(process.GetTokenAsync));
        string[] spent = [.. await Task.WhenAll(connections.Select(connection => RefreshTokenAsync(app, connection)))];
        app.Time.Advance(TimeSpan.FromMinutes(59));
        app.Cache.Limit = 1;
        int before = app.Renewals;

        using FakePause pause = app.TokenEndpoint.PauseNext();
        await process.GetTokenAsync(connections[0]);
        await pause.Reached.Soon();
        await WaitsForPlaceAsync(app, () => process.GetTokenAsync(connections[1]));
        if (wasInTheBackgroundBefore)
        {
            await WaitsForPlaceAsync(app, () => process.GetTokenAsync(connections[2]));
        }

        TokenKey key = TokenKey.ForConnection("nxt", connections[2]);
        Task<AccessToken>? urgent = null;
        Task<AccessToken> Ask() => urgent = process.Services.GetRequiredService<ITokenSource>().GetTokenAsync(key, tokens[2], TestApp.Cancellation).AsTask();
        await (wasInTheBackgroundBefore ? Task.FromResult(Ask()) : WaitsForPlaceAsync(app, Ask));
        pause.Release();
        await urgent!.Soon();

        await Eventually.TrueAsync(() => app.Renewals == before + 3);
        Assert.Equal([spent[0], spent[2], spent[1]], Presented(app).Skip(before));
    }

    [Fact]
    public async Task Renewal_that_watches_another_process_keeps_no_place()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess a = app.StartProcess();
        AppProcess b = app.StartProcess(new ManualTime());
        string[] connections = await ConnectAsync(app, a, 2);
        b.Time.Advance(app.Client.TokenLifetime);
        app.Cache.Limit = 1;
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> ofA = a.GetTokenAsync(connections[0]);
        await reply.Reached.Soon();
        Task<AccessToken> watching = b.GetTokenAsync(connections[0]);
        await b.WaitsForAsync(TimeSpan.FromSeconds(1));

        await b.GetTokenAsync(connections[1]);

        reply.Release();
        AccessToken renewed = await ofA;
        await b.WatchUntilAsync(watching);
        Assert.Equal(renewed.Value, (await watching).Value);
    }

    [Fact]
    public async Task Renewal_that_pauses_after_a_failed_look_keeps_no_place()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 2);
        app.Cache.Limit = 1;
        app.Cache.FailNext(call => call.IsRead);
        Task<AccessToken> pausing = process.GetTokenAsync(connections[0]);
        await process.WaitsForAsync(TimeSpan.FromSeconds(1));

        await process.GetTokenAsync(connections[1]);

        await process.PassAsync(TimeSpan.FromSeconds(1));
        await pausing;
    }

    [Fact]
    public async Task Renewal_that_only_listens_to_a_slow_request_keeps_no_place()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 2);
        app.Cache.Limit = 1;
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> slow = process.GetTokenAsync(connections[0]);
        await reply.Reached.Soon();
        await process.PassAsync(NotSlow);

        await process.GetTokenAsync(connections[1]);

        Assert.False(slow.IsCompleted);
        reply.Release();
        await slow;
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Takeover_of_a_lapsed_mark_waits_for_no_place()
    {
        TimeSpan grace = TimeSpan.FromSeconds(60);
        TimeSpan lease = TimeSpan.FromSeconds(15);
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(grace));
        AppProcess a = app.StartProcess();
        AppProcess b = app.StartProcess(new ManualTime());
        string[] connections = await ConnectAsync(app, a, 2);
        b.Time.Advance(app.Client.TokenLifetime);
        app.Cache.Limit = 1;
        Gate asleep = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> ofA = a.GetTokenAsync(connections[0]);
        await asleep.Reached.Soon();
        Task<AccessToken> takeover = b.GetTokenAsync(connections[0]);
        await b.WatchForAsync(lease - TimeSpan.FromSeconds(2));
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> holder = b.GetTokenAsync(connections[1]);
        await pause.Reached.Soon();

        await b.WatchUntilAsync(takeover);
        await takeover;

        Assert.False(holder.IsCompleted);
        pause.Release();
        await holder;
        app.Time.Advance(grace);
        asleep.Open();
        await ofA;
    }

    [Fact]
    public async Task One_place_in_each_of_two_processes_is_enough()
    {
        // Re-usable tokens, because the hand-set clocks run faster than the processes, and a process can seem to be dead.
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.ReUse, client => client.RefreshTokens = RefreshTokenKind.ReUse);
        AppProcess a = app.StartProcess();
        AppProcess b = app.StartProcess(new ManualTime());
        string[] connections = await ConnectAsync(app, a, 8);
        b.Time.Advance(app.Client.TokenLifetime);
        app.Cache.Limit = 1;

        Task ofA = Task.WhenAll(connections.Select(a.GetTokenAsync));
        Task ofB = Task.WhenAll(connections.Reverse().Select(b.GetTokenAsync));
        await Task.WhenAll(a.WatchUntilAsync(ofA), b.WatchUntilAsync(ofB));
        await Task.WhenAll(ofA, ofB);

        Assert.InRange(app.Renewals, connections.Length, int.MaxValue);
    }

    [Fact]
    public async Task Renewal_that_waits_for_a_place_ends_when_the_host_stops()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 2);
        app.Cache.Limit = 1;
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> running = process.GetTokenAsync(connections[0]);
        await reply.Reached.Soon();
        Task<AccessToken>? waiting = null;
        await WaitsForPlaceAsync(app, () => waiting = process.GetTokenAsync(connections[1]));

        Task stopping = process.Hosted.StoppedAsync(TestApp.Cancellation);
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => waiting!);

        Assert.Contains("The host is stopping", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        reply.Release();
        await running;
        await stopping.Soon();
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Cancelled_caller_ends_only_its_own_wait_for_a_place()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] connections = await ConnectAsync(app, process, 2);
        app.Cache.Limit = 1;
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> running = process.GetTokenAsync(connections[0]);
        await reply.Reached.Soon();
        using CancellationTokenSource impatience = new();
        TokenKey key = TokenKey.ForConnection("nxt", connections[1]);
        Task<AccessToken> impatient = process.Services.GetRequiredService<ITokenSource>().GetTokenAsync(key, impatience.Token).AsTask();
        Task<AccessToken> patient = process.GetTokenAsync(connections[1]);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.Soon());
        reply.Release();

        await running;
        await patient;
    }

    [Fact]
    public async Task Time_limit_of_a_token_request_counts_from_its_send()
    {
        TokenTraffic traffic = new();
        await using TestApp app = await TestApp.StartAsync(services: services => traffic.AddTo(services.AddVismaConnect(options => options.MaxConcurrentTokenRequests = 1)));
        FakePause[] pauses = [app.TokenEndpoint.PauseNext(), app.TokenEndpoint.PauseNext(), app.TokenEndpoint.PauseNext()];

        Task<AccessToken>[] calls = [.. pauses.Select(_ => app.GetTokenAsync(app.AddCompany()).AsTask())];
        foreach (FakePause pause in pauses)
        {
            await pause.Reached.Soon();
            app.Time.Advance(TimeSpan.FromSeconds(20));
            pause.Release();
        }

        await Task.WhenAll(calls);
        Assert.Equal(1, traffic.MostAtOnce);
    }

    [Fact]
    public async Task Server_that_does_not_answer_holds_up_no_other_server()
    {
        await using FakeVisma stage = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = stage.AddClient("isv_acme_stage", TestApp.ReadScope);
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options =>
        {
            options.MaxConcurrentTokenRequests = 1;
            options.Authorities["Stage"] = new VismaAuthorityOptions { BaseAddress = stage.Address };
            options.Clients["stage"] = new VismaClientOptions { Authority = "Stage", ClientId = client.ClientId, ClientSecret = client.Secret };
        }));
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> stuck = app.GetTokenAsync(app.AddCompany()).AsTask();
        await pause.Reached.Soon();

        TokenKey key = TokenKey.ForTenant("stage", stage.AddCompany("Stage AS").Grant(client).TenantId);
        await app.Tokens.GetTokenAsync(key, TestApp.Cancellation).Soon();

        Assert.False(stuck.IsCompleted);
        pause.Release();
        await stuck;
    }

    private static Task<UserApp> StartAsync(TokenTraffic traffic) =>
        UserApp.StartAsync(services: services => traffic.AddTo(services.AddVismaConnect(_ => { })));

    // Users connect; then their access tokens expire.
    private static async Task<string[]> ConnectAsync(UserApp app, AppProcess process, int count)
    {
        string[] connections = [.. Enumerable.Range(1, count).Select(number => $"customer-{number}")];
        foreach (string connection in connections)
        {
            await app.ConnectAsync(process, connection, app.User);
        }

        app.Expire();
        return connections;
    }

    // The renewal is in the queue once the limit was read: both happen under one lock.
    private static async Task WaitsForPlaceAsync(UserApp app, Func<Task> ask)
    {
        int before = app.Cache.LimitReads;
        _ = ask();
        await Eventually.TrueAsync(() => app.Cache.LimitReads > before);
    }

    private static async Task<string> RefreshTokenAsync(UserApp app, string connection) =>
        (await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", connection)))!.Tokens.RefreshToken!;

    private static IEnumerable<string> Presented(UserApp app) => app.TokenEndpoint.Requests
        .Where(request => request.Form.GetValueOrDefault("grant_type") == "refresh_token")
        .Select(request => request.Form["refresh_token"]);
}
