using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing.TokenCache;

/// <summary>Entries for the checks. Their tokens are random, and no server accepts them.</summary>
internal static class SampleEntry
{
    private const int KiloByte = 1024;

    // A cache may remove an expired service token, so the service tokens of the checks do not expire.
    private static readonly DateTimeOffset FarAway = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A column for times may drop the last digits of the ticks, or assume the offset of the server. This time shows both faults.
    private static readonly DateTimeOffset Odd = new DateTimeOffset(2099, 3, 28, 2, 30, 59, new TimeSpan(5, 45, 0)).AddTicks(1_234_567);

    // A double cannot hold this number. Scripts in a storage engine may convert numbers to doubles.
    private const long BeyondDouble = (1L << 53) + 1;

    /// <summary>An entry with only the properties that a user's connection needs.</summary>
    public static TokenEntry Plain() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken(NewToken(), DateTimeOffset.UnixEpoch, FarAway) },
        TokenEndpoint = new Uri("https://connect.example/connect/token"),
        ClientId = "isv_contract",
        GrantId = NewVersion(),
        Version = NewVersion(),
    };

    /// <summary>An entry with a value in every property, each of which is hard to store.</summary>
    public static TokenEntry Full() => new()
    {
        Tokens = new TokenSet
        {
            AccessToken = new AccessToken(
                NewToken() + EveryVisibleCharacter(),
                Odd,
                Odd.AddTicks(3_600_000_0001),
                ["vismanet_erp_service_api:read", "offline_access"]),
            RefreshToken = NewToken() + EveryVisibleCharacter(),
            IdToken = NewToken() + ".e30.",
        },
        TokenEndpoint = new Uri("https://connect.example/connect/token?market=s%C3%A5&x=%2F"),
        ClientId = "isv_contract'\"",
        RequestedScopes = ["offline_access", "vismanet_erp_service_api:read", "Offline_Access"],
        GrantId = NewVersion(),
        Attempt = BeyondDouble,
        LastAttempt = BeyondDouble + 2,
        Mark = new RenewalMark
        {
            Id = NewVersion(),
            Attempt = BeyondDouble + 4,
            Lease = new TimeSpan(8_765_432_1),
            PlacedAt = Odd.AddTicks(1),
            Outcome = "förlorat svar",
        },
        State = ConnectionState.ReauthorizationRequired,
        StateReason = "Återkallad: «日本語» 🔑 'x' \"y\" \\ % \t\n e\u0301 is not \u00e9, and this ends in a space ",
        StateSince = Odd.AddTicks(2),
        NotBefore = Odd.AddTicks(3),
        ConnectedAt = Odd.AddTicks(4),
        Company = "a1b2-Ö",
        Subject = "c3d4-å",
        UnknownSince = Odd.AddTicks(5),
        MarkedTokens = BeyondDouble,
        GracePeriod = new TimeSpan(598_765_432),
        ImportedTokenHash = NewToken(),
        ExportedAt = Odd.AddTicks(6),
        Version = NewVersion(),
    };

    /// <summary>An entry with tokens as large as the reply of an identity server may be.</summary>
    public static TokenEntry Large() => Full() with
    {
        Tokens = new TokenSet
        {
            AccessToken = new AccessToken(NewToken(16 * KiloByte), Odd, FarAway, Scopes(60)),
            RefreshToken = NewToken(8 * KiloByte),
            IdToken = NewToken(8 * KiloByte),
        },
        RequestedScopes = Scopes(60),
        StateReason = string.Concat(Enumerable.Repeat("å🔑", KiloByte)),
        Version = NewVersion(),
    };

    /// <summary>The entry of a connection that has not been used for a long time.</summary>
    public static TokenEntry LongExpired() => Plain() with
    {
        Tokens = new TokenSet
        {
            AccessToken = new AccessToken(NewToken(), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1)),
            RefreshToken = NewToken(),
        },
        ConnectedAt = DateTimeOffset.UnixEpoch,
        Version = NewVersion(),
    };

    public static TokenEntry OfVersion(string version) => Plain() with { Version = version };

    public static TokenEntry NextAttempt(TokenEntry entry) => entry with { Attempt = entry.Attempt + 1, Version = NewVersion() };

    public static IReadOnlyList<string> Scopes(int count) => [.. Enumerable.Range(1, count).Select(number => $"vismanet_erp_service_api:scope_{number}")];

    public static string NewVersion() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static string NewToken(int length = 64) => RandomNumberGenerator.GetHexString(length);

    private static string EveryVisibleCharacter() => string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code));
}
