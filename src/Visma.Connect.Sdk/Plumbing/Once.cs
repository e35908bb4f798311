namespace Visma.Connect.Sdk;

/// <summary>Something that is done once.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Once
{
    private int _taken;

    /// <summary>True for the first caller only.</summary>
    public bool TryTake() => Volatile.Read(ref _taken) == 0 && Interlocked.Exchange(ref _taken, 1) == 0;
}
