using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>One run: a process that requests the tokens of 200 tenants and 50 connections, while FakeVisma fails at random.</summary>
internal sealed class FailingServerRun(int seed, int calls, bool hasDeadTenant) : IAsyncDisposable
{
    private const int Tenants = 200;
    private const int Connections = 50;
    private const string RedirectUri = "https://acme.example/callback";

    // So often that the next request is sent when the pause of the library is over.
    private static readonly TimeSpan BetweenCallsForDeadTenant = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(2);

    // Longer than a wait for a place, a pause of the client and both sends of a refresh token together.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly World _world = new();
    private readonly Dice _dice = new(seed);
    private readonly List<Subject> _subjects = [];
    private readonly ConcurrentDictionary<Subject, TimeSpan> _waiting = new();
    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private Process _process = null!;
    private FakeVisma _visma = null!;
    private FailingServer _server = null!;
    private RequestBounds _bounds = null!;
    private BackOff _backOff = null!;
    private ITokenSource _tokens = null!;
    private Subject? _dead;
    private int _asked;
    private int _ended;
    private long _waitedTicks;
    private long _longestTicks;

    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>How long a call waits, without those for the dead tenant.</summary>
    public TimeSpan MeanWait => TimeSpan.FromTicks(_waitedTicks / _ended);

    /// <summary>The part of the requests that had a fault, without those for the dead tenant.</summary>
    public double FaultRate => (double)_server.Faults.Sum(fault => fault.Value) / _server.Sent;

    /// <summary>How many calls for the dead tenant sent a request, for each minute.</summary>
    public double AttemptsForDeadTenant => _backOff.Failures / _world.Now.TotalMinutes;

    public string Figures =>
        $"{_ended} calls, {_outcomes.GetValueOrDefault("token")} with a token, in {_world.Now.TotalMinutes:0} min of virtual time; "
        + $"{_server.Sent} token requests, {FaultRate:P0} of them failed; the longest wait is {TimeSpan.FromTicks(_longestTicks).TotalSeconds:0.0} s; "
        + $"{AttemptsForDeadTenant:0.00} attempts a minute for the dead tenant";

    public string Details =>
        string.Concat(_outcomes.OrderBy(pair => pair.Key).Select(pair => $"  {pair.Value,8} {pair.Key}\n"))
        + string.Concat(_server.Faults.Select(pair => $"  {pair.Value,8} {pair.Key}\n"));

    /// <summary>Starts FakeVisma and the application, and connects the users.</summary>
    public async Task StartAsync()
    {
        _process = new Process(_world, _dice, "p");
        _visma = await FakeVisma.StartAsync(_process);
        FakeClient service = _visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
        FakeClient web = _visma.AddClient("isv_acme_web", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        web.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
        service.TokenLifetime = TokenLifetime;
        web.TokenLifetime = TokenLifetime;
        Dictionary<string, Subject> tenants = [];
        for (int number = 0; number < Tenants; number++)
        {
            string tenant = _visma.AddCompany($"Company {number}").Grant(service).TenantId;
            tenants[tenant] = new Subject($"tenant {number}", TokenKey.ForTenant("erp", tenant), tenant);
        }

        _subjects.AddRange(tenants.Values);
        _dead = _subjects[0];
        _bounds = new RequestBounds(Violations);
        _backOff = new BackOff(Violations);
        _server = new FailingServer(_visma, _world, _process, _dice, _bounds, tenant => tenants[tenant]) { Dead = _dead };
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(_process);
        services.AddVismaConnect(options =>
        {
            options.AllowConnectionsInMemory = true;
            options.Clients["erp"] = service.ToOptions();
            options.Clients["nxt"] = web.ToOptions();
            _visma.Configure(options);
        }).ConfigureTokenRequests(http => http.AssumePrimaryHandlerNeverRedirects().ConfigurePrimaryHttpMessageHandler(() => _server));
        ServiceProvider provider = services.BuildServiceProvider();
        _tokens = provider.GetRequiredService<ITokenSource>();
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();
        for (int number = 0; number < Connections; number++)
        {
            FakeUser user = _visma.AddUser($"User {number}", _visma.AddCompany($"Customer {number}"));
            Subject connection = new($"connection {number}", TokenKey.ForConnection("nxt", $"c{number}"), user.Subject);
            _subjects.Add(connection);
            _server.Connecting = connection;
            AuthorizationRequest request = connections.Begin("nxt", connection.Key.Connection!);
            FakeCallback callback = await _visma.SignInAsync(request.Url, user);
            await connections.CompleteAsync(request, AuthorizationResponse.FromUri(callback.Uri));
        }

        _server.Connecting = null;
    }

    public void Run()
    {
        _world.In(TimeSpan.Zero, () =>
        {
            foreach (Subject subject in _subjects.Where(subject => hasDeadTenant || subject != _dead))
            {
                // A connection is called so often that a reply that was lost is replayed within the grace period.
                Repeat(subject, subject == _dead ? BetweenCallsForDeadTenant : TimeSpan.FromSeconds(subject.IsConnection ? 8 : 60));
            }
        });
        _world.Run(() => Volatile.Read(ref _asked) >= calls);
        Settle();
    }

    public async ValueTask DisposeAsync() => await _visma.DisposeAsync();

    private void Repeat(Subject subject, TimeSpan mean) => _world.In(_dice.Between($"call {subject}", mean * 0.5, mean * 1.5), () =>
    {
        Ask(subject);
        Repeat(subject, mean);
    });

    // A subject has one call at a time, so a call waits for its own renewal.
    private async void Ask(Subject subject)
    {
        TimeSpan begun = _world.Now;
        if (!_waiting.TryAdd(subject, begun))
        {
            return;
        }

        if (subject != _dead)
        {
            Interlocked.Increment(ref _asked);
        }

        string outcome = await OutcomeAsync(subject);
        _waiting.TryRemove(subject, out _);
        _bounds.RequireFewSends(subject, begun);
        subject.Note(_world.Now, $"call since {begun} ended: {outcome}");
        if (subject == _dead && subject.FirstSendSince(begun) is { } sentAt)
        {
            bool wasRepeatedInFull = subject.MostSendsSince(begun) == RequestBounds.SendsOfServiceToken;
            _backOff.Failed(subject, sentAt, _world.Now, wasRepeatedInFull);
        }

        if (subject != _dead)
        {
            TimeSpan waited = _world.Now - begun;
            Interlocked.Increment(ref _ended);
            Interlocked.Add(ref _waitedTicks, waited.Ticks);
            _longestTicks = Math.Max(_longestTicks, waited.Ticks);
            _outcomes.AddOrUpdate(outcome, 1, (_, before) => before + 1);
        }
    }

    private async Task<string> OutcomeAsync(Subject subject)
    {
        try
        {
            AccessToken token = await _tokens.GetTokenAsync(subject.Key);
            if (OwnerOf(token) != subject.Owner || token.ExpiresAt <= _process.GetUtcNow())
            {
                Violations.Enqueue($"{subject} got a token that has expired or belongs to {OwnerOf(token)}:\n{subject.Story}");
            }

            return "token";
        }
        catch (ReauthorizationRequiredException lost)
        {
            Violations.Enqueue($"{subject} was lost: {lost.Message}\n{subject.Story}");
            return "lost";
        }
        catch (VismaConnectException failure) when (failure.IsTransient || failure.Remedy is not null)
        {
            return failure.RetryAfter is null ? "transient error" : "transient error with RetryAfter";
        }
        catch (VismaConnectException failure) when (failure.StatusCode == System.Net.HttpStatusCode.OK)
        {
            // A page instead of a token: nobody knows whether it will pass.
            return "unusable answer with status 200";
        }
        catch (Exception failure)
        {
            Violations.Enqueue($"A call for {subject} threw {failure}\n{subject.Story}");
            return "wrong error";
        }
    }

    private static string? OwnerOf(AccessToken token)
    {
        JsonElement claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Value.Split('.')[1]));
        return claims.TryGetProperty("sub", out JsonElement user) ? user.GetString() : claims.GetProperty("tenant_id").GetString();
    }

    // Without faults, every call ends, and every token is there except that of the dead tenant.
    private void Settle()
    {
        _server.IsPeaceful = true;
        TimeSpan end = _world.Now + Patience;
        _world.Run(() => _world.Now > end);
        int lost = 0;
        foreach (Subject subject in _subjects.Where(subject => subject != _dead))
        {
            if (_waiting.TryGetValue(subject, out TimeSpan since) && _world.Now - since > Patience)
            {
                Violations.Enqueue($"{subject} has waited since {since}:\n{subject.Story}");
            }

            ValueTask<AccessToken> token = _tokens.GetTokenAsync(subject.Key);
            lost += token.IsFaulted ? 1 : 0;
        }

        if (lost > 0)
        {
            Violations.Enqueue($"{lost} tokens cannot be had after {Patience} of peace.");
        }

        foreach (string needless in _visma.NeedlessReplays)
        {
            Violations.Enqueue(needless);
        }
    }
}
