namespace Visma.Connect.Sdk.Tests.TokenCache;

/// <summary>An author of a token cache compares the entry that was saved with the one that is read.</summary>
public class EqualityTests
{
    private static readonly TokenKey Key = TokenKey.ForConnection("nxt", "customer-42");

    private static readonly DateTimeOffset At = new(2026, 11, 22, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<string, TokenEntry> Changes { get; } = new()
    {
        { nameof(TokenEntry.TokenEndpoint), New() with { TokenEndpoint = new Uri("https://other.visma.com/connect/token") } },
        { nameof(TokenEntry.ClientId), New() with { ClientId = "other" } },
        { nameof(TokenEntry.RequestedScopes), New() with { RequestedScopes = ["a", "c"] } },
        { nameof(TokenEntry.GrantId), New() with { GrantId = "g2" } },
        { nameof(TokenEntry.Mark), New() with { Mark = null } },
        { nameof(TokenEntry.Version), New() with { Version = "v2" } },
        { nameof(TokenSet.RefreshToken), New() with { Tokens = New().Tokens with { RefreshToken = "other" } } },
        { nameof(TokenSet.IdToken), New() with { Tokens = New().Tokens with { IdToken = "other" } } },
        { nameof(AccessToken.Value), New() with { Tokens = New().Tokens with { AccessToken = new AccessToken("other", At, At.AddHours(1), ["a"]) } } },
        { nameof(AccessToken.ObtainedAt), New() with { Tokens = New().Tokens with { AccessToken = new AccessToken("t0ken", At.AddHours(-1), At.AddHours(1), ["a"]) } } },
        { nameof(AccessToken.ExpiresAt), New() with { Tokens = New().Tokens with { AccessToken = new AccessToken("t0ken", At, At.AddHours(2), ["a"]) } } },
        { nameof(AccessToken.Scopes), New() with { Tokens = New().Tokens with { AccessToken = new AccessToken("t0ken", At, At.AddHours(1), ["b"]) } } },
    };

    [Fact]
    public void Entry_that_is_read_equals_the_one_that_was_saved()
    {
        TokenEntry read = TokenEntrySerializer.Unprotected.Deserialize(Key, "v1", TokenEntrySerializer.Unprotected.Serialize(Key, New()));

        Assert.True(New().Equals(read));
        Assert.Equal(New().GetHashCode(), read.GetHashCode());
        Assert.True(new TokenEntry { Tokens = read.Tokens, TokenEndpoint = read.TokenEndpoint, ClientId = "c", Version = "v" }
            .Equals(new TokenEntry { Tokens = read.Tokens, TokenEndpoint = read.TokenEndpoint, ClientId = "c", Version = "v", RequestedScopes = [] }));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Entry_that_differs_in_one_member_is_not_equal(string member, TokenEntry changed) =>
        Assert.False(New().Equals(changed), $"{member} differs, and the entries are equal.");

    [Fact]
    public void Members_of_a_newer_version_of_the_library_are_compared_too()
    {
        byte[] saved = TokenEntrySerializer.Unprotected.Serialize(Key, New());
        TokenEntry one = TokenEntrySerializer.Unprotected.Deserialize(Key, "v1", With(saved, "1"));

        Assert.True(one.Equals(TokenEntrySerializer.Unprotected.Deserialize(Key, "v1", With(saved, "1"))));
        Assert.False(one.Equals(TokenEntrySerializer.Unprotected.Deserialize(Key, "v1", With(saved, "2"))));
        Assert.False(one.Equals(New()));
    }

    [Fact]
    public void Requested_scopes_of_an_entry_do_not_change_with_the_list_they_came_from()
    {
        List<string> scopes = ["a", "b"];
        TokenEntry entry = New() with { RequestedScopes = scopes };

        scopes.Add("c");

        Assert.Equal(["a", "b"], entry.RequestedScopes);
    }

    // The last byte closes the JSON object.
    private static byte[] With(byte[] record, string added) =>
        [.. record.AsSpan(0, record.Length - 1), .. System.Text.Encoding.ASCII.GetBytes($",\"added\":{{\"later\":{added}}}}}")];

    private static TokenEntry New() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", At, At.AddHours(1), ["a"]), RefreshToken = "r3fresh", IdToken = "1d" },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme",
        RequestedScopes = ["a", "b"],
        GrantId = "g1",
        Mark = new RenewalMark { Id = "m1", Attempt = 1, Lease = TimeSpan.FromSeconds(15), PlacedAt = At },
        Version = "v1",
    };
}
