namespace Visma.Connect.Sdk;

/// <summary>
/// The place of one renewal (docs/renewal.md, "Many renewals at once") or of one request for a service token. A renewal without a place only watches
/// or listens.
/// </summary>
internal sealed class RenewalPlace(VismaAuthority server, Urgency urgency, ServerPlaces places, TimeProvider time)
{
    private IDisposable? _held;

    /// <summary>Takes the place, unless it is taken. Returns whether it waited for it, so that a stored entry may have changed.</summary>
    /// <exception cref="VismaConnectException">The host is stopping.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public Task<bool> TakeAsync(CancellationToken ended = default)
    {
        if (_held is null && (_held = places.TryTake(server)) is null)
        {
            return WaitAsync(ended);
        }

        return Task.FromResult(false);
    }

    private async Task<bool> WaitAsync(CancellationToken ended)
    {
        Task<IDisposable> taking = places.TakeAsync(server, urgency, ended);
        bool isFree = taking.IsCompleted;
        _held = await taking.ConfigureAwait(false);
        return !isFree;
    }

    public void GiveBack()
    {
        _held?.Dispose();
        _held = null;
    }

    /// <summary>Gives the place back for a pause. The caller takes it again if it needs it.</summary>
    public Task PauseAsync(TimeSpan pause)
    {
        GiveBack();
        return time.Delay(pause);
    }
}
