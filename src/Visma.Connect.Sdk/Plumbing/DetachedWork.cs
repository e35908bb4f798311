namespace Visma.Connect.Sdk;

/// <summary>Work that belongs to no caller in particular, so it runs without any caller's context: no ambient transaction, no trace of one request.</summary>
internal static class DetachedWork
{
    public static Task<T> Run<T>(Func<Task<T>> work)
    {
        bool suppress = !ExecutionContext.IsFlowSuppressed();
        AsyncFlowControl flow = suppress ? ExecutionContext.SuppressFlow() : default;
        try
        {
            Task<T> running = Task.Run(work);
            // Perhaps nobody waits for it.
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
