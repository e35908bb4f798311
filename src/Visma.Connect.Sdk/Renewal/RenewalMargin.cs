namespace Visma.Connect.Sdk;

/// <summary>How long before its expiry a token is renewed, and the longest random delay, which spreads renewals in time.</summary>
internal readonly record struct RenewalMargin(TimeSpan Ahead, TimeSpan LongestJitter)
{
    public static RenewalMargin For(TokenKey key, VismaClientOptions client) => key.Connection is null ? OfServiceToken(client) : OfUserToken(client);

    public static RenewalMargin OfServiceToken(VismaClientOptions client) => new(client.RenewBeforeExpiry, TimeSpan.MaxValue);

    // Enough time for one owner that dies and another one that takes over. The delay is short, so that other processes see the mark early.
    private static RenewalMargin OfUserToken(VismaClientOptions client)
    {
        RenewalDurations durations = RenewalDurations.For(client.GracePeriod);
        TimeSpan ahead = durations.RenewAhead > client.RenewBeforeExpiry ? durations.RenewAhead : client.RenewBeforeExpiry;
        return new RenewalMargin(ahead, durations.LongestJitter);
    }
}
