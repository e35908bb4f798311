namespace Visma.Connect.Sdk;

/// <summary>A moment by both clocks. The monotonic clock can stand still while a machine sleeps, and the wall clock can be set.</summary>
internal readonly record struct Moment(long Timestamp, DateTimeOffset At)
{
    public static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The time since this moment, by the clock that shows more of it.</summary>
    public TimeSpan ElapsedBy(TimeProvider time)
    {
        TimeSpan monotonic = time.GetElapsedTime(Timestamp);
        TimeSpan wall = time.GetUtcNow() - At;
        return monotonic > wall ? monotonic : wall;
    }
}
