namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Waits, without the clock, for what a background task is about to do.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestApp.Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
