using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>One process of a <see cref="UserApp"/>: a container of its own over the shared cache.</summary>
public sealed class AppProcess(ServiceProvider provider, ManualTime time) : IAsyncDisposable
{
    // Every time-out of a cache or server is longer, so a timer as short as this is a pause between two looks.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public IServiceProvider Services => provider;

    public ManualTime Time => time;

    /// <summary>The part that a host stops last.</summary>
    public IHostedLifecycleService Hosted => provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>().Single();

    public VismaConnections Connections => provider.GetRequiredService<VismaConnections>();

    public HttpClient Http => provider.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");

    public Task<AccessToken> GetTokenAsync(AccessToken? rejected = null, CancellationToken? cancellationToken = null) =>
        provider.GetRequiredService<ITokenSource>().GetTokenAsync(UserApp.Key, rejected, cancellationToken ?? TestApp.Cancellation).AsTask();

    /// <summary>Waits until something is waited for that is due in this time, give or take a second: a pause, and no time-out of something under way.</summary>
    public Task WaitsForAsync(TimeSpan pause) =>
        Eventually.TrueAsync(() => time.PendingTimers.Any(timer => timer <= pause && timer > pause - TimeSpan.FromSeconds(1)));

    /// <summary>Waits until something is waited for that is due in this time, and lets it go by.</summary>
    public async Task PassAsync(TimeSpan pause)
    {
        await WaitsForAsync(pause);
        time.Advance(pause);
    }

    /// <summary>Lets another's mark be watched until something has happened.</summary>
    /// <returns>How much time went by.</returns>
    public async Task<TimeSpan> WatchUntilAsync(Func<bool> condition)
    {
        TimeSpan gone = TimeSpan.Zero;
        while (true)
        {
            await Eventually.TrueAsync(() => condition() || time.PendingTimers.Any(timer => timer <= LongestLook));
            if (condition())
            {
                return gone;
            }

            TimeSpan look = time.PendingTimers.Where(timer => timer <= LongestLook).DefaultIfEmpty().Max();
            time.Advance(look);
            gone += look;
        }
    }

    /// <summary>Lets another's mark be watched until a call has its token, or its error.</summary>
    /// <returns>How much time went by.</returns>
    public Task<TimeSpan> WatchUntilAsync(Task call) => WatchUntilAsync(() => call.IsCompleted);

    /// <summary>Lets another's mark, which will not lapse, be watched for as long as this.</summary>
    public async Task WatchForAsync(TimeSpan span)
    {
        for (TimeSpan gone = TimeSpan.Zero; gone < span;)
        {
            await Eventually.TrueAsync(() => time.PendingTimers.Any(timer => timer <= LongestLook));
            TimeSpan look = time.PendingTimers.Where(timer => timer <= LongestLook).Max();
            time.Advance(look);
            gone += look;
        }
    }

    /// <summary>Ends it as a container without a host ends, which waits for renewals in flight: their time is let go by.</summary>
    public async ValueTask DisposeAsync()
    {
        Task disposing = provider.DisposeAsync().AsTask();
        while (!disposing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await disposing;
    }
}
