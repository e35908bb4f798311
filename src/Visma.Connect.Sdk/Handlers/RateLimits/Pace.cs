namespace Visma.Connect.Sdk;

/// <summary>How many waiting calls are sent when an exhausted budget opens again.</summary>
/// <param name="Calls">The number of calls in a period.</param>
/// <param name="Period">The length of a period.</param>
/// <param name="Grows">Whether each period allows twice the calls of the one before, because the real limit is not known.</param>
internal readonly record struct Pace(int Calls, TimeSpan Period, bool Grows = false)
{
    /// <summary>The pace where the limit is not known: it finds the limit without a burst, and it does not hold back a fast application for long.</summary>
    public static readonly Pace Unknown = new(10, TimeSpan.FromSeconds(1), Grows: true);

    public static Pace PerMinute(int calls) => new(calls, TimeSpan.FromMinutes(1));

    public static Pace PerHour(int calls) => new(calls, TimeSpan.FromHours(1));
}
