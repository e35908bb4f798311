using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>When a token is renewed, how long it is served, and how long no request is sent after a failure.</summary>
internal static class RenewalSchedule
{
    /// <summary>The age up to which a token that the API rejects is not renewed: it is too young to be the cause.</summary>
    public static readonly TimeSpan NotRenewedForRejection = TimeSpan.FromMinutes(1);

    /// <summary>The shortest time between two renewals of one key, however short its tokens live.</summary>
    public static readonly TimeSpan Floor = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after failures, unless the server asks for more.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    // The clocks of good machines differ by less. A token from further in the future says nothing reliable about its expiry.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // A request needs time to arrive, so a token is not attached this long before its expiry.
    private static readonly TimeSpan TravelTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a new token is served: its lifetime without the time to the API. Never zero, because then each call would request a token.</summary>
    public static TimeSpan ServeFor(TimeSpan lifetime) => Max(lifetime - Min(TravelTime, Part(lifetime, 0.1)), Floor);

    /// <summary>
    /// How long after it was obtained a token is renewed: by the margin before its expiry, at most a quarter of the lifetime. A random part of
    /// up to a fifth of that is added, so that tokens obtained together are not renewed together.
    /// </summary>
    public static TimeSpan RenewAfter(TimeSpan lifetime, RenewalMargin margin)
    {
        TimeSpan ahead = Min(margin.Ahead, Part(lifetime, 0.25));
        TimeSpan jitter = Part(Min(Part(ahead, 0.2), margin.LongestJitter), RandomFraction());
        return Max(lifetime - ahead + jitter, Floor);
    }

    /// <summary>A pause, shortened at random by up to a quarter, so that processes do not look at the same time.</summary>
    public static TimeSpan Jittered(TimeSpan pause) => Part(pause, 1 - (0.25 * RandomFraction()));

    /// <summary>
    /// How long no request is sent after a number of failures in a row: zero after the first, then 1 s, doubled up to 30 s, shortened at
    /// random by up to a quarter. Never shorter than the server asked for.
    /// </summary>
    public static TimeSpan BackOff(int failures, TimeSpan? retryAfter)
    {
        TimeSpan wait = failures <= 1 ? TimeSpan.Zero : Min(LongestBackOff, TimeSpan.FromSeconds(1 << Math.Min(failures - 2, 5)));
        return Max(Part(wait, 1 - (0.25 * RandomFraction())), retryAfter ?? TimeSpan.Zero);
    }

    /// <summary>Whether a stored token can be served: it has not expired, and its date is credible.</summary>
    public static bool IsFresh(AccessToken token, DateTimeOffset now) =>
        token.ObtainedAt < now + ClockSkew && now < token.ObtainedAt + ServeFor(token.ExpiresAt - token.ObtainedAt);

    /// <summary>Whether a stored token can be served, and is newer than the one to replace.</summary>
    public static bool IsUsable(AccessToken token, AccessToken? replaced, DateTimeOffset now) =>
        (replaced is null || token.Succeeds(replaced)) && IsFresh(token, now);

    private static TimeSpan Part(TimeSpan whole, double fraction) => TimeSpan.FromTicks((long)(whole.Ticks * fraction));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    // Only spreads requests, so anybody may predict it. A secure generator loads the cryptographic library of the system first.
    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "It is not a secret.")]
    private static double RandomFraction() => Random.Shared.NextDouble();
}
