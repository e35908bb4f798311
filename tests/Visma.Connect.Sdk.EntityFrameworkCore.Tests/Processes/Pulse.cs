namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Beats with everything that happens, so that a condition is looked at again exactly then.</summary>
public sealed class Pulse
{
    private TaskCompletionSource _next = NewBeat();

    // Whoever takes a beat out completes it: of two threads at once, each has its own, and no waiter is left with one that nobody has.
    public void Beat() => Interlocked.Exchange(ref _next, NewBeat()).SetResult();

    /// <summary>Waits until something is so.</summary>
    /// <returns>Whether it was so within this time.</returns>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan patience)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        while (true)
        {
            // Taken before the look: what happens between both is not missed.
            Task beat = Volatile.Read(ref _next).Task;
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
                return condition();
            }
        }
    }

    private static TaskCompletionSource NewBeat() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
