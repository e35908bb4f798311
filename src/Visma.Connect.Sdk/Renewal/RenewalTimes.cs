using System.Security.Cryptography;

namespace Visma.Connect.Sdk;

/// <summary>When a token is renewed, how long it is served, and how long a server is left alone after a failure.</summary>
internal static class RenewalTimes
{
    /// <summary>A token younger than this that the API refuses is not the cause of the refusal.</summary>
    public static readonly TimeSpan NotRenewedForRejection = TimeSpan.FromMinutes(1);

    /// <summary>The shortest time between two renewals of one key, however short its tokens live.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after failures, unless the server asks for more.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    // A request needs time to arrive: a token is no longer attached this long before its expiry.
    private static readonly TimeSpan TravelTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a fresh token is served: its lifetime less the way to the API, and never nothing, or every call would ask anew.</summary>
    public static TimeSpan ServeFor(TimeSpan lifetime) => Max(lifetime - Min(TravelTime, Part(lifetime, 0.1)), Floor);

    /// <summary>
    /// How long after it was obtained a token is renewed: by the margin ahead of expiry, at most a quarter of the lifetime; a random
    /// part of up to a fifth of that later, so that tokens obtained together are not renewed together.
    /// </summary>
    public static TimeSpan RenewAfter(TimeSpan lifetime, RenewalMargin margin)
    {
        TimeSpan ahead = Min(margin.Ahead, Part(lifetime, 0.25));
        TimeSpan jitter = Part(Min(Part(ahead, 0.2), margin.LongestJitter), RandomFraction());
        return Max(lifetime - ahead + jitter, Floor);
    }

    /// <summary>A pause between two looks at the same thing: up to a quarter shorter, so that watchers do not look in step.</summary>
    public static TimeSpan Jittered(TimeSpan pause) => Part(pause, 1 - (0.25 * RandomFraction()));

    /// <summary>
    /// How long the server is left alone after so many failures in a row: not at all after the first, then 1 s doubling to half a minute,
    /// less a random quarter; in any case as long as the server asked for.
    /// </summary>
    public static TimeSpan BackOff(int failures, TimeSpan? retryAfter)
    {
        TimeSpan wait = failures <= 1 ? TimeSpan.Zero : Min(LongestBackOff, TimeSpan.FromSeconds(1 << Math.Min(failures - 2, 5)));
        return Max(Part(wait, 1 - (0.25 * RandomFraction())), retryAfter ?? TimeSpan.Zero);
    }

    private static TimeSpan Part(TimeSpan whole, double fraction) => TimeSpan.FromTicks((long)(whole.Ticks * fraction));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static double RandomFraction()
    {
        byte[] random = new byte[4];
        using RandomNumberGenerator generator = RandomNumberGenerator.Create();
        generator.GetBytes(random);
        return BitConverter.ToUInt32(random, 0) / (double)uint.MaxValue;
    }
}
