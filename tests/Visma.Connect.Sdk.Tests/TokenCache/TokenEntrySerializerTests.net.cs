using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.Tests.TokenCache;

public class TokenEntrySerializerTests
{
    private static readonly TokenKey Key = TokenKey.ForConnection("nxt", "customer-42");
    private static readonly DateTimeOffset At = new(2026, 11, 22, 3, 4, 5, 678, TimeSpan.FromHours(1));

    // The format of docs/token-record.md. Each later version must be able to read it.
    private const string DocumentedRecord = """
        {"key":"connection/nxt/customer-42","version":"v7","accessToken":"t0ken","obtainedAt":"2026-11-22T03:04:05.678+01:00","expiresAt":"2026-11-22T04:04:05.678+01:00","scopes":["a","b"],"refreshToken":"r3fresh","idToken":"1d","tokenEndpoint":"https://connect.visma.com/connect/token","clientId":"isv_acme","requestedScopes":["a","b","c"],"grantId":"g1","attempt":6,"lastAttempt":7,"mark":{"id":"m7","attempt":7,"lease":"00:00:15","placedAt":"2026-11-22T03:04:05.678+01:00","outcome":"Attempt 6: lost."},"state":"ReauthorizationRequired","stateReason":"Because.","stateSince":"2026-11-22T03:04:05.678+01:00","notBefore":"2026-11-22T04:04:05.678+01:00","connectedAt":"2026-11-22T03:04:05.678+01:00","company":"c0mpany"}
        """;

    private const string StoredByTheFirstVersion =
        "AQEFZmlyc3TgFLtTnSQDEUywW9qrCROrtRUpvYHnhxIn/Dx8/lEfDeMTGsBtgou8kme0cUA4HD/IcGonPfhl/z/LU77ATuE8uEn8MAlqjBmcOnPKLlACWG1O2bUNKh65AtveFzWjjkc8Os87IZ9/IzpRCFuhm5ajB8YlZZZO9iX3zhBIxZpUmViu1cJKQ5EIla2irGinff7Al72FVw5ASdTx00CDS0ezw54G/S6my7BFc0BecQRivKa5Tdl/CMXydDHIOlE+Qf2UDpIdOiWuxPrmRUutn5mUzq2tVP5/N7Drgcpm5qJiXAsha2PbnF7+Fe/P1YCazIoGqv+MnoT77Zzd17fVGKPHaDzHRNevO8bxj8ShVg8sn+tlK3McUy2+NvnkhpEMbEWQaOWwKKEavW+bMHJHpHKurPxbunn4vy4b8vM=";

    private static readonly TokenEntry Whole = new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", At, At.AddHours(1), ["a", "b"]), RefreshToken = "r3fresh", IdToken = "1d" },
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme",
        RequestedScopes = ["a", "b", "c"],
        GrantId = "g1",
        Attempt = 6,
        LastAttempt = 7,
        Mark = new RenewalMark { Id = "m7", Attempt = 7, Lease = TimeSpan.FromSeconds(15), PlacedAt = At, Outcome = "Attempt 6: lost." },
        State = ConnectionState.ReauthorizationRequired,
        StateReason = "Because.",
        StateSince = At,
        NotBefore = At.AddHours(1),
        ConnectedAt = At,
        Company = "c0mpany",
        Version = "v7",
    };

    [Fact]
    public void Record_is_as_documented() =>
        Assert.Equal("\u0001\0" + DocumentedRecord, Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(Key, Whole)).Replace("\\u002B", "+", StringComparison.Ordinal));

    [Fact]
    public void Record_of_an_earlier_version_is_read_whole()
    {
        TokenEntry read = TokenEntrySerializer.Unprotected.Deserialize(Key, "v7", [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord)]);

        Assert.Equal(Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(Key, Whole)), Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(Key, read)));
        Assert.Equal((Whole.Mark, Whole.State, Whole.NotBefore), (read.Mark, read.State, read.NotBefore));
    }

    [Fact]
    public void Protected_record_of_an_earlier_version_is_read() =>
        Assert.Equal("t0ken", Protected().Deserialize(Key, "v7", Convert.FromBase64String(StoredByTheFirstVersion)).Tokens.AccessToken.Value);

    [Fact]
    public void Protected_record_shows_nothing_of_the_entry()
    {
        string record = Encoding.Latin1.GetString(Protected().Serialize(Key, Whole));

        foreach (string part in (string[])["t0ken", "r3fresh", "isv_acme", "connect.visma.com", "c0mpany"])
        {
            Assert.DoesNotContain(part, record, StringComparison.Ordinal);
        }
    }

    // During an update, processes of the older version renew too.
    [Fact]
    public void What_a_newer_version_added_comes_through_an_older_one()
    {
        byte[] newer = [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord.Replace("\"company\"", "\"added\":{\"later\":1},\"company\"", StringComparison.Ordinal))];

        TokenEntry read = TokenEntrySerializer.Unprotected.Deserialize(Key, "v7", newer) with { Attempt = 8 };

        Assert.Contains("\"added\":{\"later\":1}", Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(Key, read)), StringComparison.Ordinal);
    }

    [Fact]
    public void Format_of_a_newer_version_is_told() => Assert.Contains(
        "its format is 2, and this version of the library reads format 1",
        Unreadable(TokenEntrySerializer.Unprotected, [2, 0, 1]).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Record_is_read_for_its_own_key_only()
    {
        TokenKey other = TokenKey.ForConnection("nxt", "customer-43");
        foreach (TokenEntrySerializer serializer in (TokenEntrySerializer[])[TokenEntrySerializer.Unprotected, Protected()])
        {
            byte[] record = serializer.Serialize(Key, Whole);

            Assert.Throws<UnreadableEntryException>(() => serializer.Deserialize(other, "v7", record));
            Assert.Throws<UnreadableEntryException>(() => serializer.Deserialize(Key, "v6", record));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"key\":\"connection/nxt/customer-42\",\"version\":\"v7\"}")]
    [InlineData("\ufffd")]
    public void Record_that_is_none_is_told_and_not_quoted(string json) => Assert.Contains(
        "The storage was changed from outside the library",
        Unreadable(TokenEntrySerializer.Unprotected, [1, 0, .. Encoding.UTF8.GetBytes(json)]).Message,
        StringComparison.Ordinal);

    // It could be read and not be written: a renewal would lose its new tokens.
    [Theory]
    [InlineData("""{"later":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Added_member_that_is_no_unicode_is_told(string added)
    {
        byte[] record = [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord.Replace("\"company\"", $"\"added\":{added},\"company\"", StringComparison.Ordinal))];

        Unreadable(TokenEntrySerializer.Unprotected, record);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"a\\u0000\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\u00e6\"")]
    public void Access_token_that_is_none_is_told(string json) => Unreadable(
        TokenEntrySerializer.Unprotected,
        [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord.Replace("\"t0ken\"", json, StringComparison.Ordinal))]);

    [Fact]
    public void Access_token_in_another_form_of_json_is_read()
    {
        byte[] record = [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord.Replace("t0ken", "\\u00740k\\u0065n", StringComparison.Ordinal))];

        Assert.Equal("t0ken", TokenEntrySerializer.Unprotected.Deserialize(Key, "v7", record).Tokens.AccessToken.Value);
    }

    [Theory]
    [InlineData(2_041)]
    [InlineData(2_042)]
    [InlineData(100_000)]
    public void Long_access_token_is_stored_whole(int length)
    {
        string token = new('t', length);
        TokenEntry entry = Whole with { Tokens = Whole.Tokens with { AccessToken = new AccessToken(token, At, At.AddHours(1)) } };

        TokenEntry read = Protected().Deserialize(Key, "v7", Protected().Serialize(Key, entry));

        Assert.Equal(token, read.Tokens.AccessToken.Value);
    }

    [Fact]
    public void Cut_or_changed_record_is_told_whatever_its_bytes()
    {
        byte[] record = TokenEntrySerializer.Unprotected.Serialize(Key, Whole);
        for (int length = 0; length < record.Length; length++)
        {
            UnreadableEntryException error = Unreadable(TokenEntrySerializer.Unprotected, record[..length]);
            Assert.DoesNotContain("t0ken", error.ToString(), StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }

        foreach (string member in (string[])["\"t0ken\"", "\"https://connect.visma.com/connect/token\"", "\"ReauthorizationRequired\"", "\"00:00:15\"", "7,"])
        {
            byte[] changed = [1, 0, .. Encoding.UTF8.GetBytes(DocumentedRecord.Replace(member, member == "7," ? "\"x\"," : "\"a b\"", StringComparison.Ordinal))];
            Unreadable(TokenEntrySerializer.Unprotected, changed);
        }
    }

    // Otherwise an attacker who can write to the database could insert other tokens, unencrypted.
    [Fact]
    public void Where_records_are_encrypted_others_are_taken_only_when_allowed()
    {
        byte[] record = TokenEntrySerializer.Unprotected.Serialize(Key, Whole);

        Assert.Contains("it is not encrypted", Unreadable(Protected(), record).Message, StringComparison.Ordinal);
        Assert.Equal("t0ken", new TokenEntrySerializer(Protector(), acceptUnprotected: true).Deserialize(Key, "v7", record).Tokens.AccessToken.Value);
    }

    [Fact]
    public void Encrypted_record_without_a_protector_is_told() => Assert.Contains(
        "has no ITokenProtector",
        Unreadable(TokenEntrySerializer.Unprotected, Protected().Serialize(Key, Whole)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Error_names_the_entry_and_the_remedy()
    {
        UnreadableEntryException error = Unreadable(new TokenEntrySerializer(Protector("second")), Protected().Serialize(Key, Whole));

        Assert.Equal((Key, "v7"), (error.Key, error.Version));
        Assert.Contains("connection 'customer-42'", error.Message, StringComparison.Ordinal);
        Assert.Contains("key 'first', which is not in TokenProtection:Keys", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Remedy);
        Assert.IsType<CryptographicException>(error.InnerException);
    }

    private static UnreadableEntryException Unreadable(TokenEntrySerializer serializer, byte[] record) =>
        Assert.Throws<UnreadableEntryException>(() => serializer.Deserialize(Key, "v7", record));

    private static TokenEntrySerializer Protected() => new(Protector());

    private static AesGcmTokenProtector Protector(string name = "first") => new(new TokenProtectionOptions { Keys = { [name] = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=" } });
}
