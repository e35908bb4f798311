using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>
/// Renews a connection again, also if no caller comes, while its refresh token may be spent and a send still arrives within the grace period.
/// After that the connection would be lost, and a nightly job that has gone on to the next company calls again too late.
/// </summary>
/// <remarks>
/// Thread-safe. It ends with the grace period, or when the host stops: then it renews at once, for the last time, and the host waits for that.
/// </remarks>
/// <param name="memory">What this process knows about each connection.</param>
/// <param name="tokens">The source of the tokens.</param>
/// <param name="renewNow">Renews a token at once, whatever its callers have to wait for.</param>
/// <param name="inFlight">The work that a stopping host waits for.</param>
/// <param name="time">The clock.</param>
internal sealed class GraceFollowUp(
    ConnectionMemory memory,
    ITokenSource tokens,
    Func<TokenKey, Task> renewNow,
    RenewalsInFlight inFlight,
    TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenKey, byte> _running = new();

    /// <summary>Begins after a failed renewal, if that left such a token.</summary>
    public void Begin(TokenKey key, RenewalDurations durations)
    {
        if (!inFlight.IsStopping && HasTimeFor(key, durations) && _running.TryAdd(key, 0))
        {
            inFlight.DoAsync(() => DetachedWork.Run(() => RunAsync(key, durations))).Observe();
        }
    }

    private bool HasTimeFor(TokenKey key, RenewalDurations durations) =>
        memory.OpenDoubtOf(key) is { Grace: { } grace } doubt
        && doubt.First.ElapsedBy(time) + durations.FollowUp <= grace - durations.Processing;

    private async Task<bool> RunAsync(TokenKey key, RenewalDurations durations)
    {
        try
        {
            bool isLast;
            do
            {
                isLast = await IsStoppedWithinAsync(durations.FollowUp).ConfigureAwait(false);
                await RenewAsync(key, isLast).ConfigureAwait(false);
            }
            while (!isLast && HasTimeFor(key, durations));
            return true;
        }
        catch (ReauthorizationRequiredException)
        {
            return false;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private async Task<bool> IsStoppedWithinAsync(TimeSpan pause)
    {
        try
        {
            await time.Delay(pause, inFlight.Stopping).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    // A renewal that is due begins, whether the access token can still be served or not. The last one does not wait until it is due.
    private async Task RenewAsync(TokenKey key, bool isLast)
    {
        try
        {
            await (isLast ? renewNow(key) : tokens.GetTokenAsync(key).AsTask()).ConfigureAwait(false);
        }
        catch (VismaConnectException failure) when (failure is not ReauthorizationRequiredException)
        {
            // The next one may succeed.
        }
    }
}
