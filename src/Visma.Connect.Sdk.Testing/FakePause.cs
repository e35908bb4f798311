namespace Visma.Connect.Sdk.Testing;

/// <summary>A request, or its reply, that is held at a <see cref="FakeEndpoint"/> until it is released: slowness without a clock.</summary>
public sealed class FakePause : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal FakePause()
    {
    }

    /// <summary>Completes when the request has arrived.</summary>
    public Task Reached => _reached.Task;

    /// <summary>
    /// Completes when the client has hung up while it was held. Once released, the endpoint does its work all the same, as a real server
    /// would.
    /// </summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Releases it.</summary>
    public void Dispose() => Release();

    internal async Task HoldAsync(CancellationToken hungUp)
    {
        using CancellationTokenRegistration registration = hungUp.Register(() => _abandoned.TrySetResult());
        _reached.TrySetResult();
        await _released.Task.ConfigureAwait(false);
    }
}
