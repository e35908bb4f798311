namespace Visma.Connect.Sdk;

/// <summary>Conversions between durations and monotonic timestamps.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>A duration in units of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public static long TimestampsOf(this TimeProvider time, TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}
