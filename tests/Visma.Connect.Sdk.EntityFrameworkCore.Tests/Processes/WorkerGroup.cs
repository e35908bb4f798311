using System.Globalization;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>An application of FakeVisma with some connections, and the processes that share them.</summary>
public sealed class WorkerGroup(Fleet fleet, FakeClient client, string name, int connections) : IAsyncDisposable
{
    private static int _workers;

    private readonly Lock _lock = new();
    private readonly List<Worker> _all = [];
    private Action<Worker, Presentation>? _atNextRequest;

    public FakeClient Client => client;

    /// <summary>The name of the client in the settings.</summary>
    public string Name => name;

    public IReadOnlyList<string> Connections { get; } = [.. Enumerable.Range(1, connections).Select(number => $"{name}-customer-{number}")];

    public IEnumerable<TokenKey> Keys => Connections.Select(connection => TokenKey.ForConnection(name, connection));

    /// <summary>All processes of the group, also those that have ended.</summary>
    public IReadOnlyList<Worker> Workers
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    public IReadOnlyList<Worker> Running => [.. Workers.Where(worker => !worker.HasEnded)];

    /// <summary>Whether each running process has had a token of each connection.</summary>
    public bool IsUp => Running.All(worker => Connections.All(connection => worker.LastOf(connection) is not null));

    /// <param name="threads">The number of threads that the process may use for its work. Default: no limit.</param>
    public Worker Start(int? threads = null)
    {
        string secret = client.AddSecret(string.Create(CultureInfo.InvariantCulture, $"{name}-worker-{Interlocked.Increment(ref _workers)}"));
        Dictionary<string, string> settings = new()
        {
            ["Worker__Client"] = name,
            ["Worker__Connections"] = string.Join(',', Connections),
            ["Worker__Database"] = fleet.WorkersDatabase,
            ["VismaConnect__TokenProtection__Keys__first"] = TestKeys.First,
            ["VismaConnect__Authorities__VismaConnect__BaseAddress"] = fleet.Visma.Address.ToString(),
            [$"VismaConnect__Clients__{name}__ClientId"] = client.ClientId,
            [$"VismaConnect__Clients__{name}__ClientSecret"] = secret,
            [$"VismaConnect__Clients__{name}__RedirectUri"] = client.RedirectUris[0],
        };
        if (threads is { } limit)
        {
            settings["Worker__Threads"] = limit.ToString(CultureInfo.InvariantCulture);
        }

        foreach ((int index, string scope) in client.Scopes.Index())
        {
            settings[$"VismaConnect__Clients__{name}__Scopes__{index}"] = scope;
        }

        if (client.RefreshTokens.Grace > TimeSpan.Zero)
        {
            settings[$"VismaConnect__Clients__{name}__GracePeriod"] = client.RefreshTokens.Grace.ToString();
        }

        lock (_lock)
        {
            Worker worker = Worker.Start(secret, settings, fleet.Pulse);
            _all.Add(worker);
            return worker;
        }
    }

    /// <summary>
    /// Runs an action when the server has received the next refresh token of the group, before it exchanges it. It is chance which process sends it, so a test
    /// must not wait for a certain one.
    /// </summary>
    /// <returns>The process that sent the token, and the token.</returns>
    public async Task<(Worker Sender, string RefreshToken)> AtNextRequestAsync(Action<Worker> act)
    {
        TaskCompletionSource<(Worker, string)> sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _atNextRequest, (sender, presentation) =>
        {
            act(sender);
            sent.TrySetResult((sender, presentation.RefreshToken));
        });
        return await sent.Task.Soon($"the next refresh token of {name}");
    }

    /// <summary>The server has received a refresh token. It may be of another group.</summary>
    public void Notice(Presentation presentation)
    {
        if (Running.FirstOrDefault(worker => worker.Secret == presentation.Secret) is { } sender)
        {
            Interlocked.Exchange(ref _atNextRequest, null)?.Invoke(sender, presentation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Worker worker in Workers)
        {
            await worker.DisposeAsync();
        }
    }
}
