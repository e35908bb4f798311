namespace Visma.Connect.Sdk.Testing;

/// <summary>A request that is held at a <see cref="FakeEndpoint"/> until it is released: slowness without a clock.</summary>
public sealed class FakePause : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal FakePause()
    {
    }

    /// <summary>Completes when the request has arrived.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the request go on to its answer.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Releases it.</summary>
    public void Dispose() => Release();

    internal async Task HoldAsync()
    {
        _reached.TrySetResult();
        await _released.Task.ConfigureAwait(false);
    }
}
