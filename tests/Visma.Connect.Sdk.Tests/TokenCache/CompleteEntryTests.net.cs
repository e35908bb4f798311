namespace Visma.Connect.Sdk.Tests.TokenCache;

/// <summary>An application that writes entries itself gets an error when it saves an incomplete one, and not when a user's token is needed.</summary>
public class CompleteEntryTests
{
    private static readonly TokenKey Connection = TokenKey.ForConnection("nxt", "customer-42");

    private static readonly TokenEntry Complete = new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), RefreshToken = "s3cret" },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme",
        GrantId = "grant",
    };

    public static TheoryData<string, TokenEntry> Incomplete { get; } = new()
    {
        { "TokenEntry.Tokens", Complete with { Tokens = null! } },
        { "TokenEntry.Tokens.AccessToken", Complete with { Tokens = Complete.Tokens with { AccessToken = null! } } },
        { "TokenEntry.TokenEndpoint", Complete with { TokenEndpoint = null! } },
        { "TokenEntry.TokenEndpoint", Complete with { TokenEndpoint = new Uri("/connect/token", UriKind.Relative) } },
        { "TokenEntry.ClientId", Complete with { ClientId = "" } },
        { "TokenEntry.Version", Complete with { Version = "" } },
        { "TokenEntry.GrantId", Complete with { GrantId = null } },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public async Task Incomplete_entry_is_refused_when_it_is_saved_and_the_error_names_the_member(string member, TokenEntry entry)
    {
        ArgumentException inMemory = await Assert.ThrowsAsync<ArgumentException>(async () => await new MemoryTokenCache().SaveAsync(Connection, entry, ifVersion: null, TestApp.Cancellation));
        ArgumentException stored = Assert.Throws<ArgumentException>(() => TokenEntrySerializer.Unprotected.Serialize(Connection, entry));

        Assert.All([inMemory, stored], error =>
        {
            Assert.Contains($"{member} is missing", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Service_token_needs_no_grant() => Assert.True(
        await new MemoryTokenCache().SaveAsync(TokenKey.ForTenant("erp", "a1b2"), Complete with { GrantId = null }, ifVersion: null, TestApp.Cancellation));
}
