using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Waits for the effect of a background task, without the clock under test.</summary>
public static class Eventually
{
    private static readonly TimeSpan Spinning = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a condition is true, within <see cref="Patience.Limit"/>.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, as the failure names it. Default: the expression of the condition.</param>
    /// <exception cref="TimeoutException">The condition was not true within the limit.</exception>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (Patience.Limit >= TimeSpan.Zero && waited.Elapsed > Patience.Limit)
            {
                throw Patience.Exhausted(what);
            }

            await Task.Yield();
            if (waited.Elapsed > Spinning)
            {
                // A test that has waited for so long will probably fail. It leaves the processor to the other tests.
                await Task.Delay(Pause, TestContext.Current.CancellationToken);
            }
        }
    }
}
