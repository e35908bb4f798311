namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>Sample entries and keys.</summary>
public static class Entries
{
    public static TokenKey Key { get; } = TokenKey.ForConnection("nxt", "customer-42");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TokenEntry New(string accessToken = "t0ken") => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken(accessToken, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), RefreshToken = $"refresh-{accessToken}" },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme",
        GrantId = "grant",
        ConnectedAt = DateTimeOffset.UnixEpoch,
    };
}
