namespace Visma.Connect.Sdk;

/// <summary>Work that several callers may share, or that outlives its caller. It runs without the caller's context: no ambient transaction, no trace.</summary>
internal static class DetachedWork
{
    public static Task<T> Run<T>(Func<Task<T>> work)
    {
        bool suppress = !ExecutionContext.IsFlowSuppressed();
        AsyncFlowControl flow = suppress ? ExecutionContext.SuppressFlow() : default;
        try
        {
            Task<T> running = Task.Run(work);
            // The caller may not wait for it.
            running.Observe();
            return running;
        }
        finally
        {
            if (suppress)
            {
                flow.Undo();
            }
        }
    }
}
