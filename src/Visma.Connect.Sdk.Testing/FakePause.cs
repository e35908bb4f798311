namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// A request, or its reply, that a <see cref="FakeEndpoint"/> holds until the test releases it. It makes an endpoint slow without a clock.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FakePause : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal FakePause()
    {
    }

    /// <summary>Completes when the request has arrived, or when its reply is ready.</summary>
    public Task Reached => _reached.Task;

    /// <summary>
    /// Completes when the client closes the connection while the request is held. After the release, the endpoint still does its work, as a
    /// real server would.
    /// </summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>Releases the request or the reply. Further calls have no effect.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Calls <see cref="Release"/>.</summary>
    public void Dispose() => Release();

    internal async Task HoldAsync(CancellationToken hungUp)
    {
        using CancellationTokenRegistration registration = hungUp.Register(() => _abandoned.TrySetResult());
        _reached.TrySetResult();
        await _released.Task.ConfigureAwait(false);
    }
}
