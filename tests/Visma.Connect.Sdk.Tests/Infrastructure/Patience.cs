using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// Limits every wait of a test, so that a fault fails the test instead of hanging the run. The failure names what was waited for.
/// </summary>
/// <remarks>The limit is real time. It is generous: it guards against a hang and asserts nothing about speed.</remarks>
public static class Patience
{
    /// <summary>How long a test waits; without a limit under a debugger.</summary>
    public static readonly TimeSpan Limit = Debugger.IsAttached ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(60);

    /// <summary>Waits for a task, within <see cref="Limit"/>.</summary>
    /// <param name="task">The task.</param>
    /// <param name="what">What is waited for, as the failure names it. Default: the expression of the task.</param>
    /// <exception cref="TimeoutException">The task did not end within the limit.</exception>
    public static async Task Soon(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await RequireEndAsync(task, what);
        await task;
    }

    /// <inheritdoc cref="Soon(Task, string)"/>
    public static async Task<T> Soon<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await RequireEndAsync(task, what);
        return await task;
    }

    /// <inheritdoc cref="Soon(Task, string)"/>
    public static Task Soon(this ValueTask task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);

    /// <inheritdoc cref="Soon(Task, string)"/>
    public static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);

    /// <summary>Creates the failure of a wait. It also goes to the test's output, because an exception of a later clean-up may hide it.</summary>
    /// <param name="what">What was waited for.</param>
    /// <param name="howLong">For how long, if not for <see cref="Limit"/>.</param>
    public static TimeoutException Exhausted(string what, string? howLong = null)
    {
        string message = $"Waited {howLong ?? $"{Limit.TotalSeconds:0} s"} in vain for: {what}";
        TestContext.Current.TestOutputHelper?.WriteLine(message);
        return new TimeoutException(message);
    }

    private static async Task RequireEndAsync(Task task, string what)
    {
        if (!task.IsCompleted)
        {
            await task.WaitAsync(Limit, TestContext.Current.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        if (!task.IsCompleted)
        {
            throw Exhausted(what);
        }
    }
}
