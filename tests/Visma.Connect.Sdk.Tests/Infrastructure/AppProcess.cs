using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>One process of a <see cref="UserApp"/>: a container of its own over the shared cache.</summary>
public sealed class AppProcess(ServiceProvider provider, ManualTime time) : IAsyncDisposable
{
    // Every time-out of a cache or server is longer, so a timer as short as this is a pause between two looks.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public IServiceProvider Services => provider;

    public ManualTime Time => time;

    public VismaConnections Connections => provider.GetRequiredService<VismaConnections>();

    public HttpClient Http => provider.GetRequiredService<IHttpClientFactory>().CreateClient("nxt");

    public Task<AccessToken> GetTokenAsync(AccessToken? rejected = null, CancellationToken? cancellationToken = null) =>
        provider.GetRequiredService<ITokenSource>().GetTokenAsync(UserApp.Key, rejected, cancellationToken ?? TestApp.Cancellation).AsTask();

    /// <summary>Waits until somebody waits for as long as this or less, and lets that time go by.</summary>
    public async Task PassAsync(TimeSpan pause)
    {
        await Eventually.TrueAsync(() => time.PendingTimers.Any(timer => timer <= pause));
        time.Advance(time.PendingTimers.Where(timer => timer <= pause).Max());
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

    public ValueTask DisposeAsync() => provider.DisposeAsync();
}
