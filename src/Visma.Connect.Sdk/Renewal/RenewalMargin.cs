namespace Visma.Connect.Sdk;

/// <summary>How long ahead of expiry a token is renewed, and by how much of that at most renewals are spread, so that they do not come all at once.</summary>
internal readonly record struct RenewalMargin(TimeSpan Ahead, TimeSpan LongestJitter)
{
    public static RenewalMargin For(TokenKey key, VismaClientOptions client) => key.Connection is null ? OfServiceToken(client) : OfUserToken(client);

    public static RenewalMargin OfServiceToken(VismaClientOptions client) => new(client.RefreshBeforeExpiry, TimeSpan.MaxValue);

    // Room for an owner that dies and another that takes over; and whoever looks on has to look soon after the mark was set.
    private static RenewalMargin OfUserToken(VismaClientOptions client)
    {
        RenewalDurations lease = RenewalDurations.For(client.GracePeriod);
        return new RenewalMargin(lease.RenewAhead > client.RefreshBeforeExpiry ? lease.RenewAhead : client.RefreshBeforeExpiry, lease.LongestJitter);
    }
}
