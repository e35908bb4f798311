namespace Visma.Connect.Sdk;

/// <summary>A value that is obtained again after a time. Callers at the same time share one attempt.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Remembered<T>(Func<Task<T>> obtain, TimeSpan every, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<T>? _value;
    private long _since;

    public Task<T> GetAsync()
    {
        lock (_lock)
        {
            if (_value is null || (_value.IsCompleted && time.GetElapsedTime(_since) >= every))
            {
                _since = time.GetTimestamp();
                _value = Task.Run(obtain);
            }

            return _value;
        }
    }
}
