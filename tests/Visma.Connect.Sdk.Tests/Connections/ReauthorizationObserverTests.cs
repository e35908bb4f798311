using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>How an application is notified that a connection has ended.</summary>
public class ReauthorizationObserverTests
{
    [Fact]
    public async Task Every_observer_is_notified_of_an_ended_connection_whatever_the_others_do()
    {
        Notices notices = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services
            .AddSingleton(notices)
            .AddVismaConnect(_ => { })
            .OnReauthorizationRequired((_, _, _) => throw new InvalidOperationException("no mail today"))
            .OnReauthorizationRequired(async (_, _, _) =>
            {
                await Task.Yield();
                throw new InvalidOperationException("nor later");
            })
            .OnReauthorizationRequired((_, _, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken))
            .AddReauthorizationObserver<Unbuildable>()
            .AddReauthorizationObserver<Recorder>());
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await EndAsync(app, process);

        Assert.Equal("customer-42", (await notices.FirstAsync()).Name);
        await Eventually.TrueAsync(() => app.Log.Lines.Count(line => line.StartsWith("Error Visma.Connect.Sdk 18 ", StringComparison.Ordinal)) == 3);
    }

    // It depended once on who had constructed VismaConnections.
    [Fact]
    public async Task Observer_is_notified_in_a_process_that_only_uses_tokens()
    {
        Notices notices = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton(notices).AddVismaConnect(_ => { }).AddReauthorizationObserver<Recorder>());
        await app.StartWithExpiredTokenAsync();
        AppProcess other = app.StartProcess();

        await EndAsync(app, other);

        VismaConnection ended = await notices.FirstAsync();
        Assert.Equal((ConnectionState.ReauthorizationRequired, "BusinessNxt"), (ended.State, Assert.Single(ended.Apis)));
    }

    [Fact]
    public async Task Observer_of_a_type_has_a_scope_of_its_own_for_each_notice_and_can_use_the_library()
    {
        Notices notices = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services
            .AddSingleton(notices)
            .AddScoped<Unit>()
            .AddVismaConnect(_ => { })
            .AddReauthorizationObserver<ScopedRecorder>()
            .OnReauthorizationRequired((ended, provider, _) =>
            {
                provider.GetRequiredService<Unit>().Register(ended.Connections[0]);
                return Task.CompletedTask;
            }));
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await EndAsync(app, process);
        // An end that comes while the first notice is being prepared would be added to it.
        await Eventually.TrueAsync(() => notices.Units.Count == 2);
        await app.ConnectAsync(process);
        app.Expire();
        await EndAsync(app, process);

        await Eventually.TrueAsync(() => notices.Units.Count == 4 && notices.Units.All(unit => unit.IsDisposed));
        Assert.Equal(4, notices.Units.Distinct().Count());
    }

    [Fact]
    public async Task Observer_that_is_registered_twice_is_notified_once()
    {
        Notices notices = new();
        await using UserApp app = await UserApp.StartAsync(services: services =>
        {
            services.AddSingleton(notices);
            services.AddVismaConnect(_ => { }).AddReauthorizationObserver<Recorder>();
            services.AddVismaConnect(_ => { }).AddReauthorizationObserver<Recorder>();
        });
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await EndAsync(app, process);

        await notices.FirstAsync();
        // The container waits for the other observers of the same notice.
        await process.DisposeAsync();
        Assert.Single(notices.Ended);
    }

    [Fact]
    public async Task Observer_that_is_registered_as_a_plain_service_is_notified_too()
    {
        Notices notices = new();
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton(notices).AddSingleton<IReauthorizationObserver, Recorder>());
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await EndAsync(app, process);

        Assert.Equal("customer-42", (await notices.FirstAsync()).Name);
    }

    [Fact]
    public async Task Observers_that_cannot_be_created_are_logged()
    {
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddSingleton<IReauthorizationObserver, Unbuildable>());
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await EndAsync(app, process);

        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.StartsWith("Error Visma.Connect.Sdk 18 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Notice_is_cancelled_when_the_host_has_stopped_or_the_container_is_disposed(bool isHost)
    {
        TaskCompletionSource<CancellationToken> notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ApplicationLifetime lifetime = new(NullLogger<ApplicationLifetime>.Instance);
        await using UserApp app = await UserApp.StartAsync(services: services => services
            .AddSingleton<IHostApplicationLifetime>(lifetime)
            .AddVismaConnect(_ => { })
            .OnReauthorizationRequired((_, _, cancellationToken) =>
            {
                notified.SetResult(cancellationToken);
                return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        await EndAsync(app, process);
        CancellationToken stopped = await notified.Task.WaitAsync(TestApp.Cancellation);

        // Services that stop may still renew tokens, and find out that a connection has ended.
        lifetime.StopApplication();
        Assert.False(stopped.IsCancellationRequested);
        if (isHost)
        {
            lifetime.NotifyStopped();
        }
        else
        {
            await process.DisposeAsync();
        }

        await Eventually.TrueAsync(() => stopped.IsCancellationRequested);
    }

    private static async Task EndAsync(UserApp app, AppProcess process)
    {
        app.Visma.RevokeGrants(app.Client);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
    }

    private sealed class Notices
    {
        private readonly TaskCompletionSource<VismaConnection> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<VismaConnection> Ended { get; } = [];

        public List<Unit> Units { get; } = [];

        public Task<VismaConnection> FirstAsync() => _first.Task.WaitAsync(TestApp.Cancellation);

        public void Add(VismaConnection ended)
        {
            lock (Ended)
            {
                Ended.Add(ended);
            }

            _first.TrySetResult(ended);
        }
    }

    private sealed class Recorder(Notices notices) : IReauthorizationObserver
    {
        public Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken)
        {
            notices.Add(reauthorization.Connections[0]);
            return Task.CompletedTask;
        }
    }

    // As a DbContext would be: scoped, and disposed of with its scope.
    private sealed class Unit(Notices notices) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Register(VismaConnection ended)
        {
            Assert.False(IsDisposed);
            Assert.Equal("customer-42", ended.Name);
            lock (notices.Units)
            {
                notices.Units.Add(this);
            }
        }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class ScopedRecorder(Unit unit, VismaConnections connections, ITokenSource tokens) : IReauthorizationObserver
    {
        public async Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken)
        {
            Assert.NotNull(tokens);
            VismaConnection connection = reauthorization.Connections[0];
            Assert.NotNull(await connections.FindAsync(connection.Key.Client, connection.Name, cancellationToken));
            unit.Register(connection);
        }
    }

    private sealed class Unbuildable : IReauthorizationObserver
    {
        public Unbuildable() => throw new InvalidOperationException("It has no configuration.");

        public Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
