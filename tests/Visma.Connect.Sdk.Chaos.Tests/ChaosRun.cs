using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>One run: three processes that request the tokens of some connections, while everything around them fails.</summary>
internal sealed class ChaosRun
{
    private const int Processes = 3;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly World _world = new();
    private readonly Mode _mode;
    private readonly Dice _dice;
    private readonly Journal _journal;
    private readonly TokenServer _server;
    private readonly SharedCache _cache;
    private readonly Judge _judge;
    private readonly Dictionary<TokenKey, Connection> _connections;
    private readonly Application[] _applications = new Application[Processes];
    private readonly Application _web;
    private readonly ConcurrentDictionary<Call, byte> _open = new();
    private readonly ConcurrentDictionary<string, int> _excused = new();
    private readonly long _calls;
    private long _asked;
    private long _tokens;
    private long _losses;
    private long _restored;
    private int _started;
    private TimeSpan _cacheDownUntil;
    private TimeSpan _serverDownUntil;

    public ChaosRun(Mode mode, int seed, int connections, long calls)
    {
        _mode = mode;
        _calls = calls;
        _dice = new Dice(seed);
        _connections = Enumerable.Range(0, connections)
            .Select(number => new Connection($"c{number}", $"u{number / mode.ConnectionsPerUser}"))
            .ToDictionary(connection => connection.Key);
        _journal = new Journal(_world, _connections.Values);
        _judge = new Judge(_journal, mode);
        _server = new TokenServer(_world, _journal, _judge, mode, replaysAreSame: seed % 2 == 0);
        _cache = new SharedCache(_world, _server, _connections);
        Process web = new(_world, _dice, "web");
        Journal peace = new(_world, []) { IsPeaceful = true };
        _web = new Application(
            web,
            mode,
            new CacheOfProcess(_world, peace, _dice, _cache, web, Find, () => false),
            new ConsentNetwork(_server, name => _connections[TokenKey.ForConnection("nxt", name)]),
            new UnreliableLog(peace, _dice, web));
    }

    public IReadOnlyCollection<string> Violations => _journal.Violations;

    public string Figures =>
        $"{_mode}: {_asked} calls, {_tokens} tokens, {_world.Now.TotalHours:0.0} h of virtual time in {_world.Moments} moments; "
        + $"{_losses} connections lost and excused, {_restored} restored\n"
        + string.Concat(_excused.OrderBy(pair => -pair.Value).Select(pair => $"  lost {pair.Value,5} {pair.Key}\n"))
        + string.Concat(_journal.Counts.Select(pair => $"  {pair.Value,10} {pair.Key}\n"));

    public void Run()
    {
        TaskScheduler.UnobservedTaskException += NoteUnobserved;
        try
        {
            _world.In(TimeSpan.Zero, Start);
            _world.Run(() => Interlocked.Read(ref _asked) >= _calls);
            Settle();
        }
        finally
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            TaskScheduler.UnobservedTaskException -= NoteUnobserved;
        }
    }

    private void Start()
    {
        foreach (Connection connection in _connections.Values)
        {
            Connect(connection);
        }

        for (int slot = 0; slot < Processes; slot++)
        {
            int number = slot;
            StartProcess(number);
            foreach (Connection connection in _connections.Values)
            {
                Repeat($"call {number} {connection}", TimeSpan.FromSeconds(20), () => Ask(_applications[number], connection));
            }

            Repeat($"freeze {number}", 4 * Minute, () => Freeze(_applications[number].Process));
            Repeat($"crash {number}", 15 * Minute, () => Crash(number));
            Repeat($"clock {number}", 12 * Minute, () => SetClock(_applications[number].Process));
        }

        Repeat("cache", 20 * Minute, () => _cacheDownUntil = Outage(Faults.CacheDown, TimeSpan.FromSeconds(5), 1.5 * Minute));
        Repeat("server", 30 * Minute, () => _serverDownUntil = Outage(Faults.ServerDown, TimeSpan.FromSeconds(5), 3 * Minute));
    }

    private void Repeat(string what, TimeSpan average, Action act) => _world.In(_dice.Next(what, average), () =>
    {
        act();
        Repeat(what, average, act);
    });

    private void StartProcess(int slot)
    {
        Process process = new(_world, _dice, $"p{slot + 1}.{Interlocked.Increment(ref _started)}");
        _applications[slot] = new Application(
            process,
            _mode,
            new CacheOfProcess(_world, _journal, _dice, _cache, process, Find, () => _world.Now < _cacheDownUntil),
            new Network(_world, _journal, _dice, _server, _mode, process, () => _world.Now < _serverDownUntil),
            new UnreliableLog(_journal, _dice, process));
    }

    private Connection? Find(TokenKey key) => _connections.GetValueOrDefault(key);

    private async void Connect(Connection connection) => await NoteFailureAsync($"the consent of {connection}", () => _web.ConnectAsync(connection));

    private async void Ask(Application application, Connection connection)
    {
        if (application.Process.IsDead || application.Process.IsFrozen)
        {
            return;
        }

        Interlocked.Increment(ref _asked);
        Call call = new(application.Process, connection, _world.Now);
        _open[call] = 0;
        await NoteFailureAsync($"a call for {connection} in {application.Process}", async () =>
        {
            try
            {
                AccessToken token = await RequestAsync(application, connection);
                Interlocked.Increment(ref _tokens);
                if (_server.GrantOf(token.Value)?.Connection != connection)
                {
                    _journal.Violations.Enqueue($"{application.Process} got a token of another connection than {connection}.");
                }
            }
            catch (ReauthorizationRequiredException)
            {
                LookAt(connection);
            }
            catch (Exception failure) when (failure is VismaConnectException or OperationCanceledException)
            {
                // The application tries again.
            }
        });
        _open.TryRemove(call, out _);
    }

    // Some callers say that the API has rejected their token, and some do not wait until the end.
    private async Task<AccessToken> RequestAsync(Application application, Connection connection)
    {
        CancellationTokenSource patience = new();
        if (_dice.Happens($"cancels {connection}", 0.02))
        {
            _world.In(_dice.Between($"patience {connection}", TimeSpan.Zero, TimeSpan.FromSeconds(20)), patience.Cancel);
        }

        AccessToken token = await application.Tokens.GetTokenAsync(connection.Key, rejected: null, patience.Token);
        return _dice.Happens($"rejects {connection}", 0.01) ? await application.Tokens.GetTokenAsync(connection.Key, token, patience.Token) : token;
    }

    // The end of a connection can be undone by a process that was frozen. After some minutes it is final, and the user connects again.
    private void LookAt(Connection connection)
    {
        if (connection.EndedAt is not { } endedAt || !connection.TryBeginJudgement())
        {
            return;
        }

        _world.In(4 * Minute, () =>
        {
            connection.EndJudgement();
            if (connection.EndedAt != endedAt)
            {
                Interlocked.Increment(ref _restored);
                return;
            }

            RefreshToken token = _server.Find(_cache.Get(connection.Key)!.Tokens.RefreshToken)!;
            if (_judge.ExcuseFor(token, endedAt) is { } excuse)
            {
                Interlocked.Increment(ref _losses);
                _excused.AddOrUpdate(excuse, 1, (_, before) => before + 1);
                connection.Note(_world.Now, $"lost and excused: {excuse}");
            }
            else
            {
                _journal.Violations.Enqueue($"{connection} ({connection.User}) was lost without an excuse. Its last events:\n{connection.Story}");
            }

            Connect(connection);
        });
    }

    private void Freeze(Process process)
    {
        TimeSpan longest = _dice.OneOf($"long {process}", [TimeSpan.FromSeconds(5), Minute, 2 * Minute]);
        TimeSpan duration = _dice.Between($"frozen {process}", TimeSpan.FromSeconds(0.5), longest);
        if (_journal.IsPeaceful || process.IsFrozen || process.IsDead)
        {
            return;
        }

        _journal.Add(Faults.Freeze, connection: null, process, duration);
        process.Freeze();
        _world.In(duration, () =>
        {
            foreach (Connection connection in _connections.Values)
            {
                connection.Note(_world.Now, $"{process}: goes on");
            }

            process.Continue();
        });
    }

    private void Crash(int slot)
    {
        Process process = _applications[slot].Process;
        if (_journal.IsPeaceful || process.IsDead)
        {
            return;
        }

        _journal.Add(Faults.Crash, connection: null, process);
        process.Crash();
        foreach (Call call in _open.Keys.Where(call => call.By == process))
        {
            _open.TryRemove(call, out _);
        }

        _world.In(_dice.Between($"restart {slot}", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)), () => StartProcess(slot));
    }

    private void SetClock(Process process)
    {
        TimeSpan furthest = _dice.OneOf($"far {process}", [TimeSpan.FromSeconds(10), 5 * Minute, 60 * Minute]);
        TimeSpan by = _dice.Between($"clock {process}", TimeSpan.FromSeconds(1), furthest) * (_dice.Happens($"back {process}", 0.5) ? -1 : 1);
        TimeSpan wrongFor = _dice.Between($"wrong {process}", TimeSpan.FromSeconds(10), 5 * Minute);
        if (!_journal.IsPeaceful)
        {
            _journal.Add($"{Faults.ClockJump} {(by < TimeSpan.Zero ? "back" : "ahead")}", connection: null, process, wrongFor);
            process.SetWallClock(by);
            _world.In(wrongFor, () => process.SetWallClock(-by));
        }
    }

    private TimeSpan Outage(string kind, TimeSpan shortest, TimeSpan longest)
    {
        TimeSpan duration = _dice.Between(kind, shortest, longest);
        if (_journal.IsPeaceful)
        {
            return TimeSpan.Zero;
        }

        _journal.Add(kind, connection: null, process: null, duration);
        return _world.Now + duration;
    }

    // Without faults, every connection works again, or is found to be lost.
    private void Settle()
    {
        _journal.IsPeaceful = true;
        TimeSpan end = _world.Now + (30 * Minute);
        _world.Run(() => _world.Now > end);
        foreach (Connection connection in _connections.Values.Where(connection => connection.EndedAt is null))
        {
            RefreshToken? token = _server.Find(_cache.Get(connection.Key)?.Tokens.RefreshToken);
            if (token?.Grant != connection.Grant || _world.Now - token!.ExchangedAt > 2 * Minute)
            {
                _journal.Violations.Enqueue($"{connection} does not work after 30 minutes of peace:\n{connection.Story}");
            }
        }

        foreach (Call call in _open.Keys.Where(call => _world.Now - call.At > Patience))
        {
            _journal.Violations.Enqueue($"{call.By} has waited for a token of {call.Of} since {call.At}:\n{call.Of.Story}");
        }
    }

    private async Task NoteFailureAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception failure)
        {
            _journal.Violations.Enqueue($"{what} threw {failure}");
        }
    }

    private void NoteUnobserved(object? sender, UnobservedTaskExceptionEventArgs unobserved) =>
        _journal.Violations.Enqueue($"Nobody observed {unobserved.Exception}");

    private sealed record Call(Process By, Connection Of, TimeSpan At)
    {
        private Guid Id { get; } = Guid.NewGuid();
    }
}
