namespace Visma.Connect.Sdk;

/// <summary>Extends tasks that may have no waiter.</summary>
internal static class TaskExtensions
{
    /// <summary>Marks a fault as observed, so that it does not raise <see cref="TaskScheduler.UnobservedTaskException"/>.</summary>
    public static void Observe(this Task task)
    {
        if (task.Status != TaskStatus.RanToCompletion)
        {
            task.ContinueWith(
                SeeFault,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private static void SeeFault(Task failed) => _ = failed.Exception;
}
