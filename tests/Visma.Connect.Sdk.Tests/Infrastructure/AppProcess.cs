using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>One process of a <see cref="UserApp"/>: a separate container over the shared cache.</summary>
public sealed class AppProcess(string name, ServiceProvider provider, ManualTime time, LogCapture log) : IAsyncDisposable
{
    // Longer than any watch: the longest lease that a mark may ask for is five minutes.
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(10);

    // The time limits of cache and server are longer, so a timer of this length is a pause between two looks at a mark.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public IServiceProvider Services => provider;

    public ManualTime Time => time;

    /// <summary>The hosted service that a host stops last.</summary>
    public IHostedLifecycleService Hosted => provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single();

    public VismaConnections Connections => provider.GetRequiredService<VismaConnections>();

    public HttpClient Http => provider.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");

    /// <summary>Requests the token of a connection by its name.</summary>
    public Task<AccessToken> GetTokenAsync(string connection) => provider.GetRequiredService<ITokenSource>()
        .GetTokenAsync(TokenKey.ForConnection("nxt", connection), TestApp.Cancellation)
        .Soon($"a token of {connection} in {name}");

    public Task<AccessToken> GetTokenAsync(AccessToken? rejected = null, CancellationToken? cancellationToken = null) =>
        provider.GetRequiredService<ITokenSource>().GetTokenAsync(UserApp.Key, rejected, cancellationToken ?? TestApp.Cancellation).Soon($"a token in {name}");

    /// <summary>Waits until a timer of this length is set, or one up to a second shorter.</summary>
    /// <param name="pause">The length.</param>
    /// <param name="after">
    /// A part of the log line that is written before the timer is set. Needed if an earlier timer has the same length: it may still be there, and a clock
    /// that is advanced because of it is ahead of the timer that the test means.
    /// </param>
    public async Task WaitsForAsync(TimeSpan pause, string? after = null)
    {
        await WaitsForAsync(pause, after is null ? 0 : await log.TimersSetBeforeAsync(after));
    }

    /// <summary>Waits until a timer of this length is set, or one up to a second shorter.</summary>
    /// <param name="pause">The length.</param>
    /// <param name="after">The value of <see cref="ManualTime.TimersSet"/> before it. Earlier timers of this length do not count.</param>
    public Task WaitsForAsync(TimeSpan pause, long after) =>
        Eventually.TrueAsync(
            () => time.PendingTimersAfter(after).Any(timer => timer <= pause && timer > pause - TimeSpan.FromSeconds(1)),
            $"a pause of {pause.TotalSeconds:0.#} s in {name}");

    /// <summary>Waits until a timer of this length is set, and advances the clock by it.</summary>
    /// <inheritdoc cref="WaitsForAsync(TimeSpan, string)"/>
    public async Task PassAsync(TimeSpan pause, string? after = null)
    {
        await WaitsForAsync(pause, after);
        time.Advance(pause);
    }

    /// <summary>Waits until a timer of this length is set, and advances the clock by it.</summary>
    /// <inheritdoc cref="WaitsForAsync(TimeSpan, long)"/>
    public async Task PassAsync(TimeSpan pause, long after)
    {
        await WaitsForAsync(pause, after);
        time.Advance(pause);
    }

    /// <summary>Advances the clock from look to look at another process's mark, until a condition is true.</summary>
    /// <returns>By how much the clock was advanced.</returns>
    /// <exception cref="TimeoutException">The condition was not true, and no watch went on or it went on for ten minutes.</exception>
    public async Task<TimeSpan> WatchUntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        TimeSpan gone = TimeSpan.Zero;
        while (true)
        {
            await Eventually.TrueAsync(() => condition() || time.PendingTimers.Any(timer => timer <= LongestLook), $"{what}, or the next look of {name} at a mark");
            if (condition())
            {
                return gone;
            }

            if (gone > LongestWatch)
            {
                throw Patience.Exhausted($"{what}, while {name} watches a mark", $"{LongestWatch.TotalMinutes:0} minutes by the hand-set clock");
            }

            TimeSpan look = time.PendingTimers.Where(timer => timer <= LongestLook).DefaultIfEmpty().Max();
            time.Advance(look);
            gone += look;
        }
    }

    /// <summary>Advances the clock from look to look at another process's mark, until a call has ended.</summary>
    /// <returns>By how much the clock was advanced.</returns>
    public Task<TimeSpan> WatchUntilAsync(Task call, [CallerArgumentExpression(nameof(call))] string what = "") => WatchUntilAsync(() => call.IsCompleted, what);

    /// <summary>Advances the clock by this time, from look to look at another process's mark that does not lapse.</summary>
    public async Task WatchForAsync(TimeSpan span)
    {
        for (TimeSpan gone = TimeSpan.Zero; gone < span;)
        {
            await Eventually.TrueAsync(() => time.PendingTimers.Any(timer => timer <= LongestLook), $"the next look of {name} at a mark, {gone.TotalSeconds:0.#} s after the first");
            TimeSpan look = time.PendingTimers.Where(timer => timer <= LongestLook).Max();
            time.Advance(look);
            gone += look;
        }
    }

    /// <summary>Disposes of the container, which waits for renewals in flight. The clock is advanced until they end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task disposing = provider.DisposeAsync().AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(disposing.IsCompleted ? 0 : 1));
                return disposing.IsCompleted;
            },
            $"the end of {name}");
        await disposing;
    }
}
