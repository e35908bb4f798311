namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Beats with everything that happens, so that a condition is looked at again exactly then.</summary>
public sealed class Pulse
{
    private volatile TaskCompletionSource _next = NewBeat();

    public void Beat()
    {
        TaskCompletionSource now = _next;
        _next = NewBeat();
        now.TrySetResult();
    }

    /// <summary>Waits until something is so.</summary>
    /// <returns>Whether it was so within this time.</returns>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan patience)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        while (true)
        {
            // Taken before the look: what happens between both is not missed.
            Task beat = _next.Task;
            if (condition())
            {
                return true;
            }

            try
            {
                await beat.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private static TaskCompletionSource NewBeat() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
