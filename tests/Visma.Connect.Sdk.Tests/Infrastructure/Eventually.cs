namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Waits, without the clock, for what a background task is about to do.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        // Only a test that fails ever sees this end.
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestApp.Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
