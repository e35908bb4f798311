using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>One process of a <see cref="UserApp"/>: a container of its own over the shared cache.</summary>
public sealed class AppProcess(string name, ServiceProvider provider, ManualTime time) : IAsyncDisposable
{
    // Longer than any watch: the longest lease that a mark may ask for is five minutes.
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(10);

    // Every time-out of a cache or server is longer, so a timer as short as this is a pause between two looks.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public IServiceProvider Services => provider;

    public ManualTime Time => time;

    /// <summary>The part that a host stops last.</summary>
    public IHostedLifecycleService Hosted => provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single();

    public VismaConnections Connections => provider.GetRequiredService<VismaConnections>();

    public HttpClient Http => provider.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");

    public Task<AccessToken> GetTokenAsync(AccessToken? rejected = null, CancellationToken? cancellationToken = null) =>
        provider.GetRequiredService<ITokenSource>().GetTokenAsync(UserApp.Key, rejected, cancellationToken ?? TestApp.Cancellation).Soon($"a token in {name}");

    /// <summary>Waits until something is waited for that is due in this time, give or take a second: a pause, and no time-out of something under way.</summary>
    public Task WaitsForAsync(TimeSpan pause) =>
        Eventually.TrueAsync(
            () => time.PendingTimers.Any(timer => timer <= pause && timer > pause - TimeSpan.FromSeconds(1)),
            $"a pause of {pause.TotalSeconds:0.#} s in {name}");

    /// <summary>Waits until something is waited for that is due in this time, and lets it go by.</summary>
    public async Task PassAsync(TimeSpan pause)
    {
        await WaitsForAsync(pause);
        time.Advance(pause);
    }

    /// <summary>Lets another's mark be watched until something has happened.</summary>
    /// <returns>How much time went by.</returns>
    /// <exception cref="TimeoutException">It has not happened, and either no watch is going on or it went on for ten minutes.</exception>
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

    /// <summary>Lets another's mark be watched until a call has its token, or its error.</summary>
    /// <returns>How much time went by.</returns>
    public Task<TimeSpan> WatchUntilAsync(Task call, [CallerArgumentExpression(nameof(call))] string what = "") => WatchUntilAsync(() => call.IsCompleted, what);

    /// <summary>Lets another's mark, which will not lapse, be watched for as long as this.</summary>
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

    /// <summary>Ends it as a container without a host ends, which waits for renewals in flight: their time is let go by.</summary>
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
