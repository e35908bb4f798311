using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>All connections or companies of an application are called at once, and none has a token. The time limits of the library are real here.</summary>
[Collection(ProcessTests.Name)]
public class HerdTests(PostgresServer postgres)
{
    private const int Places = 32;
    private const int PlacesWithSqlite = 8;

    private static readonly int Connections = TestSize.Of(brief: 300, full: 10_000);
    private static readonly int Companies = TestSize.Of(brief: 1_000, full: 10_000);

    private readonly MemoryTokenCache _memory = new();

    [Fact]
    public Task All_expired_connections_are_renewed_at_once_in_memory() =>
        RenewAsync(visma => visma.Services.AddSingleton<ITokenCache>(_memory), Places, TimeSpan.Zero);

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public async Task All_expired_connections_are_renewed_at_once_on_sqlite(int millisecondsOfSave)
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await RenewAsync(visma => visma.AddSqliteTokenCache(database.ConnectionString), PlacesWithSqlite, TimeSpan.FromMilliseconds(millisecondsOfSave));
    }

    [Fact]
    public async Task All_expired_connections_are_renewed_at_once_on_postgres()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await RenewAsync(visma => visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(database.ConnectionString)), Places, TimeSpan.Zero);
    }

    // A container with little processor time, where blocked threads delay everything.
    [Fact]
    public async Task Two_threads_are_enough_for_a_herd_on_sqlite()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await RenewWithTwoThreadsAsync(database);
    }

    [Fact]
    public async Task Two_threads_are_enough_for_a_herd_on_postgres()
    {
        using TokenDatabase database = TokenDatabase.Postgres(postgres);
        await RenewWithTwoThreadsAsync(database);
    }

    [Fact]
    public async Task Service_tokens_of_all_companies_are_requested_at_the_pace_of_the_server()
    {
        const int PerSecond = 160;
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        TokenKey[] keys = [.. Enumerable.Range(1, Companies).Select(number => TokenKey.ForTenant("erp", visma.AddCompany($"Company {number}").Grant(client).TenantId))];
        SlowServer server = new(TimeSpan.FromSeconds(1.0 / PerSecond));
        TokenTraffic traffic = new() { Hold = server.ServeAsync };
        ServiceCollection services = new();
        traffic.AddTo(services.AddVismaConnect(options =>
        {
            options.Clients["erp"] = client.ToOptions();
            options.Clients["erp"].TokenRequestTimeout = TimeSpan.FromSeconds(3);
            visma.Configure(options);
        }));
        await using ServiceProvider application = services.BuildServiceProvider();

        Figures figures = await CallAsync(application, keys);

        Fleet.Print($"{figures}, at most {traffic.MostAtOnce} requests at once.");
        Assert.Empty(figures.Failures);
        Assert.Equal(keys.Length, traffic.Arrived);
        Assert.InRange(traffic.MostAtOnce, 1, Places);
    }

    private static async Task RenewAsync(Action<VismaConnectBuilder> cache, int places, TimeSpan save)
    {
        await using Herd herd = await Herd.StartAsync(cache, Connections);
        await using ServiceProvider application = await herd.RestartAsync(save);

        Figures figures = await CallAsync(application, herd.Keys);

        Fleet.Print($"{figures}, at most {herd.Traffic.MostAtOnce} requests and {herd.Cache.MostAtOnce} operations of the cache at once.");
        Assert.Empty(figures.Failures);
        Assert.Empty(herd.Warnings);
        Assert.Equal(herd.Keys.Count, herd.Traffic.Presentations.Count);
        Assert.All(herd.Traffic.Presentations.Values, times => Assert.Equal(1, times));
        Assert.Empty(herd.Visma.NeedlessReplays);
        Assert.InRange(herd.Traffic.MostAtOnce, 1, places);
        Assert.InRange(herd.Cache.MostAtOnce, 1, places);
    }

    private static async Task RenewWithTwoThreadsAsync(TokenDatabase database)
    {
        int connections = TestSize.Of(brief: 200, full: 3_000);
        await using Fleet fleet = await Fleet.StartAsync(database, groups: 1, connections, TimeSpan.FromSeconds(1), _ => FakeRefreshTokens.OneTime());
        WorkerGroup group = fleet.Groups[0];
        group.Client.TokenLifetime = TimeSpan.FromHours(1);
        Worker worker = group.Start(threads: 2);
        await fleet.UntilAsync(() => group.IsUp || worker.Errors.Count > 0, TimeSpan.FromMinutes(5), "a token of each connection");
        await fleet.SettleAsync();
        await fleet.EndAsync();

        Fleet.Print($"{fleet.Presentations.Count} renewals with two threads in {fleet.Elapsed.TotalSeconds:0} s.");
        Assert.True(worker.Errors.Count == 0, fleet.Report());
        Assert.DoesNotContain(worker.Lines, line => line.Text.Contains("Critical", StringComparison.Ordinal));
        Assert.Equal(fleet.Presentations.Count, fleet.Presentations.DistinctBy(presentation => presentation.RefreshToken).Count());
        Assert.Empty(fleet.Visma.NeedlessReplays);
        await fleet.AssertNothingIsLostAsync();
    }

    private static async Task<Figures> CallAsync(ServiceProvider application, IReadOnlyList<TokenKey> keys)
    {
        ITokenSource tokens = application.GetRequiredService<ITokenSource>();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Stopwatch time = Stopwatch.StartNew();
        Task<AccessToken>[] calls = [.. keys.Select(key => tokens.GetTokenAsync(key, TestContext.Current.CancellationToken).AsTask())];
        long waiting = GC.GetTotalMemory(forceFullCollection: true) - before;
        await ((Task)Task.WhenAll(calls)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string[] failures = [.. calls.Where(call => !call.IsCompletedSuccessfully).Select(call => call.Exception?.InnerException?.Message ?? "cancelled").Take(5)];
        return new Figures(calls.Count(call => call.IsCompletedSuccessfully), calls.Length, time.Elapsed, waiting, failures);
    }

    private sealed record Figures(int Succeeded, int Calls, TimeSpan Time, long Waiting, IReadOnlyList<string> Failures)
    {
        public override string ToString() => FormattableString.Invariant(
            $"{Succeeded} of {Calls} calls succeeded in {Time.TotalSeconds:0.0} s, {Waiting / 1_000_000.0:0} MB while they waited, {Environment.WorkingSet / 1_000_000} MB of the process");
    }

    // It answers one request after the other.
    private sealed class SlowServer(TimeSpan each)
    {
        private readonly Lock _lock = new();
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private TimeSpan _free;

        public Task ServeAsync()
        {
            lock (_lock)
            {
                TimeSpan now = _time.Elapsed;
                _free = (_free > now ? _free : now) + each;
                return Task.Delay(_free - now);
            }
        }
    }
}
