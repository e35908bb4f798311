namespace Visma.Connect.Sdk.Benchmarks.Network;

/// <summary>The system's clock plus the time by which it was advanced. Timers run in real time.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _aheadTicks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _aheadTicks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead();

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead().TotalSeconds * TimestampFrequency);

    private TimeSpan Ahead() => TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));
}
