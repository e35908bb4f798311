using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>Observers of ended connections that misbehave.</summary>
public class ObserverTroubleTests
{
    private static readonly TokenKey Other = TokenKey.ForConnection("nxt", "customer-43");

    [Fact]
    public async Task Observer_that_throws_when_it_is_cancelled_does_not_stop_the_last_save_of_tokens()
    {
        TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        UserApp app = await UserApp.StartAsync(services: services => services
            .AddVismaConnect(_ => { })
            .OnReauthorizationRequired(async (_, _, cancellationToken) =>
            {
                cancellationToken.Register(() => throw new ObjectDisposedException("the mail client"));
                notified.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            }));
        (AppProcess process, AccessToken token) = await StartWithUnsavedTokensAndAnEndAsync(app, notified.Task);
        app.Cache.IsDown = false;

        await AssertSavesAndEndsAsync(app, process, token);
    }

    [Fact]
    public async Task Observer_that_blocks_when_it_is_cancelled_does_not_stop_the_last_save_of_tokens()
    {
        using ManualResetEventSlim released = new();
        TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        UserApp app = await UserApp.StartAsync(services: services => services
            .AddVismaConnect(_ => { })
            .OnReauthorizationRequired(async (_, _, cancellationToken) =>
            {
                // A synchronous clean-up, as of a mail client.
                cancellationToken.Register(() => released.Wait(TimeSpan.FromSeconds(30), CancellationToken.None));
                notified.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            }));
        (AppProcess process, AccessToken token) = await StartWithUnsavedTokensAndAnEndAsync(app, notified.Task);
        app.Cache.IsDown = false;

        await AssertSavesAndEndsAsync(app, process, token);
        released.Set();
    }

    [Fact]
    public async Task Observer_that_blocks_its_thread_delays_no_other()
    {
        using ManualResetEventSlim released = new();
        TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using UserApp app = await UserApp.StartAsync(services: services => services
            .AddVismaConnect(_ => { })
            .OnReauthorizationRequired((_, _, _) =>
            {
                // SmtpClient.Send, for example.
                released.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
                return Task.CompletedTask;
            })
            .OnReauthorizationRequired((_, _, _) =>
            {
                notified.SetResult();
                return Task.CompletedTask;
            }));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        await notified.Task.Soon("the notice of the other observer");
        released.Set();
    }

    [Fact]
    public async Task Observer_that_is_registered_as_a_scoped_service_costs_no_other_observer_its_notice()
    {
        TaskCompletionSource notified = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using UserApp app = await UserApp.StartAsync(services: services =>
        {
            services.AddScoped<IReauthorizationObserver, Idle>();
            services.AddVismaConnect(_ => { }).OnReauthorizationRequired((_, _, _) =>
            {
                notified.SetResult();
                return Task.CompletedTask;
            });
        });
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        await notified.Task.Soon("the notice of the other observer");
    }

    // The clock stands still until the tokens are saved. Then the container waits for the observer, which is still at work, for five seconds.
    private static async Task AssertSavesAndEndsAsync(UserApp app, AppProcess process, AccessToken token)
    {
        Task disposing = Task.Run(() => ((IAsyncDisposable)process.Services).DisposeAsync().AsTask(), TestApp.Cancellation);
        await Eventually.TrueAsync(async () => (await app.EntryAsync()).Tokens.AccessToken.Value == token.Value, "the last save of the tokens");
        await Eventually.TrueAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromSeconds(disposing.IsCompleted ? 0 : 1));
                return disposing.IsCompleted;
            },
            "the end of the container");
        await disposing;
    }

    // One connection of the process has ended, and an observer is at work. The tokens of another connection are not saved yet.
    private static async Task<(AppProcess Process, AccessToken Token)> StartWithUnsavedTokensAndAnEndAsync(UserApp app, Task notified)
    {
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", Other.Connection!);
        AuthorizationResponse callback = await app.AnswerAsync(start, user: app.Visma.AddUser("Ola Nordmann", app.Company));
        await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await app.ConnectAsync(process);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(
            () => process.Services.GetRequiredService<ITokenSource>().GetTokenAsync(Other, TestApp.Cancellation).Soon());
        await notified.Soon();

        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> call = process.GetTokenAsync();
        await reply.Reached.Soon();
        app.Cache.IsDown = true;
        reply.Release();
        return (process, await call);
    }

    private sealed class Idle : IReauthorizationObserver
    {
        public Task OnReauthorizationRequiredAsync(Reauthorization reauthorization, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
