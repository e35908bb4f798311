namespace Visma.Connect.Sdk;

/// <summary>Tasks that nobody may be waiting for.</summary>
internal static class TaskExtensions
{
    /// <summary>Keeps a failure that was told elsewhere, or came too late, from being reported as forgotten besides.</summary>
    public static void Observe(this Task task) => task.ContinueWith(
        static failed => _ = failed.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
