namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>Beats with each event, so that a condition is checked after each event.</summary>
public sealed class Pulse
{
    private TaskCompletionSource _next = NewBeat();

    // The thread that takes out a beat completes it. So two threads at the same time complete two beats, and each waiter's beat is completed.
    public void Beat() => Interlocked.Exchange(ref _next, NewBeat()).SetResult();

    /// <summary>Waits until a condition is true.</summary>
    /// <returns>Whether it was true within this time.</returns>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan patience)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        while (true)
        {
            // Read before the condition, so that an event between the two is not missed.
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
