using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Groups of processes over one database and one FakeVisma, which runs here. This process connects the users, as a web application would.</summary>
public sealed class Fleet : IAsyncDisposable
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    private static readonly TimeSpan LongLife = TimeSpan.FromHours(1);

    private readonly List<WorkerGroup> _groups = [];
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly ServiceProvider _application;
    private readonly ConcurrentQueue<Presentation> _presentations = new();

    private Fleet(FakeVisma visma, TokenDatabase database)
    {
        Visma = visma;
        Cache = database.Open();
        WorkersDatabase = database.IsSqlite ? $"sqlite:{database.ConnectionString}" : $"postgres:{Modest(database.ConnectionString)}";
        _application = BuildApplication();
        visma.TokenEndpoint.Script = Notice;
    }

    public FakeVisma Visma { get; }

    public ITokenCache Cache { get; }

    /// <summary>The database, as a setting of the workers.</summary>
    public string WorkersDatabase { get; }

    /// <summary>Beats with each line of a worker, and with each refresh token that FakeVisma receives.</summary>
    public Pulse Pulse { get; } = new();

    public IReadOnlyList<WorkerGroup> Groups => _groups;

    public IEnumerable<Worker> Workers => _groups.SelectMany(group => group.Workers);

    public TimeSpan Elapsed => _time.Elapsed;

    /// <summary>FakeVisma's record of the refresh tokens that were presented to it.</summary>
    public IReadOnlyCollection<Presentation> Presentations => _presentations;

    /// <summary>Starts FakeVisma and connects the users of each group.</summary>
    public static async Task<Fleet> StartAsync(
        TokenDatabase database,
        int groups,
        int connections,
        TimeSpan tokenLifetime,
        Func<int, FakeRefreshTokens> refreshTokens)
    {
        Fleet fleet = new(await FakeVisma.StartAsync(cancellationToken: TestContext.Current.CancellationToken), database);
        try
        {
            for (int number = 1; number <= groups; number++)
            {
                FakeClient client = fleet.Visma.AddClient($"isv_acme_{number}", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
                client.RefreshTokens = refreshTokens(number);
                client.TokenLifetime = tokenLifetime;
                fleet._groups.Add(new WorkerGroup(fleet, client, $"app{number}", connections));
            }

            // As a host does when it starts. The first operation of a database in a process takes long, and a cache operation has a time limit.
            await fleet.Cache.PrepareAsync(TestContext.Current.CancellationToken);
            await fleet.Cache.GetAsync(TokenKey.ForConnection("app1", "nobody"), TestContext.Current.CancellationToken);
            foreach (TokenKey key in fleet._groups.SelectMany(group => group.Keys))
            {
                await fleet.ConnectAsync(key);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of a token in the output of the workers.</summary>
    public static string NameOf(AccessToken token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token.Value)))[..16];

    public async Task<TokenEntry> EntryAsync(TokenKey key) => (await Cache.GetAsync(key, TestContext.Current.CancellationToken))!;

    /// <summary>Waits until a condition is true. Fails the test if it is not true in this time, or if a process ended unexpectedly.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan patience, string what)
    {
        bool IsSoOrNeverWillBe()
        {
            Assert.False(Workers.Any(worker => worker.HasDied), $"A process died.\n{Report()}");
            return condition();
        }

        Assert.True(await Pulse.UntilAsync(IsSoOrNeverWillBe, patience), $"Not within {patience.TotalSeconds:0} s: {what}.\n{Report()}");
    }

    /// <summary>Starts processes of each group, and waits until they work. Starts a few at a time, because the start takes most of the processor.</summary>
    public async Task StartProcessesAsync(int perGroup)
    {
        foreach (WorkerGroup[] few in _groups.SelectMany(group => Enumerable.Repeat(group, perGroup)).Chunk(4))
        {
            Array.ForEach(few, group => group.Start());
            await UntilAsync(() => _groups.All(group => group.IsUp), TimeSpan.FromSeconds(90), "each process has a token of each connection");
        }
    }

    /// <summary>
    /// Makes the server issue long-lived tokens, and waits until every process has one of each connection. This is the last renewal of
    /// each connection, so that the issued tokens can be compared with the tokens that were seen.
    /// </summary>
    public async Task SettleAsync()
    {
        _groups.ForEach(group => group.Client.TokenLifetime = LongLife);
        DateTimeOffset later = DateTimeOffset.UtcNow + (LongLife / 2);
        await UntilAsync(
            () => _groups.All(group => group.Running.All(worker => group.Connections.All(connection => worker.LastOf(connection)?.ExpiresAt > later))),
            TimeSpan.FromSeconds(90),
            "each process has the last token of each connection");
    }

    /// <summary>Asserts that no connection has ended, in any process or in the cache, and that the API accepts the token of each connection.</summary>
    public async Task AssertNothingIsLostAsync()
    {
        string[] ends = [.. Workers.SelectMany(worker => worker.Errors.Where(error => error.IsEnd).Select(error => $"{worker}: {error}"))];
        Assert.True(ends.Length == 0, $"{string.Join('\n', ends)}\n{Report()}");
        foreach (WorkerGroup group in _groups)
        {
            foreach (TokenKey key in group.Keys)
            {
                TokenEntry entry = await EntryAsync(key);
                Assert.True(entry.State == ConnectionState.Active, $"{key}: {entry.StateReason}");
                Assert.True(await IsTakenByApiAsync(key), $"{key}: the API refuses its token");
            }
        }
    }

    public async Task EndAsync() => await Task.WhenAll(Workers.Where(worker => !worker.HasEnded).Select(worker => worker.EndAsync()));

    /// <summary>The last lines of the processes, without their tokens, for a test that fails.</summary>
    public string Report() => string.Join('\n', Workers.Select(worker => $"{worker}{(worker.HasEnded ? " (ended)" : "")}:{ReportOf(worker)}"));

    /// <summary>Writes a measurement to the test's output. <c>.ci/run</c> shows all of them.</summary>
    public static void Print(string figures) => TestContext.Current.TestOutputHelper?.WriteLine($"{TestContext.Current.TestMethod?.MethodName}: {figures}");

    public async ValueTask DisposeAsync()
    {
        foreach (WorkerGroup group in _groups)
        {
            await group.DisposeAsync();
        }

        await Visma.DisposeAsync();
        await _application.DisposeAsync();
    }

    // The server allows 300 connections, and many processes share it.
    private static string Modest(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 6 }.ConnectionString;

    private ServiceProvider BuildApplication()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<ITokenCache>(Cache);
        services.AddVismaConnect(options =>
        {
            foreach (WorkerGroup group in _groups)
            {
                options.Clients[group.Name] = group.Client.ToOptions();
            }

            Visma.Configure(options);
        });
        return services.BuildServiceProvider();
    }

    private async Task ConnectAsync(TokenKey key)
    {
        VismaConnections connections = _application.GetRequiredService<VismaConnections>();
        AuthorizationRequest start = connections.Begin(key.Client, key.Connection!);
        FakeUser user = Visma.AddUser(key.Connection!, Visma.AddCompany(key.Connection!));
        FakeCallback callback = await Visma.SignInAsync(start.Url, user, cancellationToken: TestContext.Current.CancellationToken);
        AuthorizationResponse answer = callback.IsFormPost ? AuthorizationResponse.FromForm(callback.FormBody!) : AuthorizationResponse.FromUri(callback.Uri);
        await connections.CompleteAsync(start, answer, TestContext.Current.CancellationToken);
    }

    private async Task<bool> IsTakenByApiAsync(TokenKey key)
    {
        AccessToken token = (await EntryAsync(key)).Tokens.AccessToken;
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, Visma.BusinessNxt.BaseAddress) { Content = JsonContent.Create(new { query = "{ availableCompanies { totalCount } }" }) };
        request.Headers.Add("Authorization", token.AuthorizationHeader);
        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode;
    }

    private static string ReportOf(Worker worker) => string.Concat(worker.Lines
        .Where(line => !line.Text.StartsWith("token ", StringComparison.Ordinal))
        .TakeLast(10)
        .Select(line => string.Create(CultureInfo.InvariantCulture, $"\n  {line.At:HH:mm:ss.fff} {line.Text}")));

    private FakeReply? Notice(FakeRequest request)
    {
        if (Presentation.Of(request) is { } presented)
        {
            _presentations.Enqueue(presented);
            _groups.ForEach(group => group.Notice(presented));
            Pulse.Beat();
        }

        return null;
    }
}
