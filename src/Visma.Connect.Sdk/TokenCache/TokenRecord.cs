using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The JSON of an entry. Names and meanings of its members are fixed for format 1; members that are added later are optional.</summary>
internal sealed class TokenRecord
{
    // Checked when the record is read: a storage that compares keys differently cannot return the entry of another key.
    public required string Key { get; init; }

    public required string Version { get; init; }

    // With the scheme, because an access token is kept as a header. The JSON has the token alone.
    [JsonPropertyName("accessToken")]
    [JsonConverter(typeof(HeaderJsonConverter))]
    public required string AuthorizationHeader { get; init; }

    public required DateTimeOffset ObtainedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? RefreshToken { get; init; }

    public string? IdToken { get; init; }

    public required string TokenEndpoint { get; init; }

    public required string ClientId { get; init; }

    public IReadOnlyList<string> RequestedScopes { get; init; } = [];

    public string? GrantId { get; init; }

    public long Attempt { get; init; }

    public long LastAttempt { get; init; }

    public RenewalMark? Mark { get; init; }

    public ConnectionState State { get; init; }

    public string? StateReason { get; init; }

    public DateTimeOffset? StateSince { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public string? Company { get; init; }

    public string? Subject { get; init; }

    public DateTimeOffset? UnknownSince { get; init; }

    public long? MarkedTokens { get; init; }

    public TimeSpan? GracePeriod { get; init; }

    public string? ImportedTokenHash { get; init; }

    public DateTimeOffset? ExportedAt { get; init; }

    // Members that a newer version of the library has added. They are written back unchanged.
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public static TokenRecord Of(string key, TokenEntry entry) => new()
    {
        Key = key,
        Version = entry.Version,
        AuthorizationHeader = entry.Tokens.AccessToken.AuthorizationHeader,
        ObtainedAt = entry.Tokens.AccessToken.ObtainedAt,
        ExpiresAt = entry.Tokens.AccessToken.ExpiresAt,
        Scopes = entry.Tokens.AccessToken.Scopes,
        RefreshToken = entry.Tokens.RefreshToken,
        IdToken = entry.Tokens.IdToken,
        TokenEndpoint = entry.TokenEndpoint.OriginalString,
        ClientId = entry.ClientId,
        RequestedScopes = entry.RequestedScopes,
        GrantId = entry.GrantId,
        Attempt = entry.Attempt,
        LastAttempt = entry.LastAttempt,
        Mark = entry.Mark,
        State = entry.State,
        StateReason = entry.StateReason,
        StateSince = entry.StateSince,
        NotBefore = entry.NotBefore,
        ConnectedAt = entry.ConnectedAt,
        Company = entry.Company,
        Subject = entry.Subject,
        UnknownSince = entry.UnknownSince,
        MarkedTokens = entry.MarkedTokens,
        GracePeriod = entry.GracePeriod,
        ImportedTokenHash = entry.ImportedTokenHash,
        ExportedAt = entry.ExportedAt,
        Others = entry.UnknownMembers?.Members,
    };

    /// <summary>Returns the entry, or null if a member is not valid.</summary>
    public TokenEntry? ToEntry() =>
        Uri.TryCreate(TokenEndpoint, UriKind.Absolute, out Uri? tokenEndpoint)
        && AccessToken.OfHeader(AuthorizationHeader, ObtainedAt, ExpiresAt, Scopes, Attempt, GrantId) is { } accessToken
        && Others?.Values.All(JsonText.IsReadable) != false
            ? new TokenEntry
            {
                Tokens = new TokenSet
                {
                    AccessToken = accessToken,
                    RefreshToken = RefreshToken,
                    IdToken = IdToken,
                },
                TokenEndpoint = tokenEndpoint,
                ClientId = ClientId,
                RequestedScopes = RequestedScopes,
                GrantId = GrantId,
                Attempt = Attempt,
                LastAttempt = LastAttempt,
                Mark = Mark,
                State = State,
                StateReason = StateReason,
                StateSince = StateSince,
                NotBefore = NotBefore,
                ConnectedAt = ConnectedAt,
                Company = Company,
                Subject = Subject,
                UnknownSince = UnknownSince,
                MarkedTokens = MarkedTokens,
                GracePeriod = GracePeriod,
                ImportedTokenHash = ImportedTokenHash,
                ExportedAt = ExportedAt,
                Version = Version,
                UnknownMembers = UnknownMembers.Of(Others),
            }
            : null;
}
