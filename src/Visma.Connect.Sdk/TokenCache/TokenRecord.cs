using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The JSON of an entry. Names and meanings of its members are fixed for format 1; members that are added later are optional.</summary>
/// <remarks>Members that are <c>required</c> or <c>init</c> would each be boxed when the JSON is read.</remarks>
internal sealed class TokenRecord
{
    // Checked when the record is read: a storage that compares keys differently cannot return the entry of another key.
    [JsonRequired]
    public string Key { get; set; } = "";

    [JsonRequired]
    public string Version { get; set; } = "";

    // With the scheme, because an access token is kept as a header. The JSON has the token alone.
    [JsonPropertyName("accessToken")]
    [JsonConverter(typeof(HeaderJsonConverter))]
    [JsonRequired]
    public string AuthorizationHeader { get; set; } = "";

    [JsonRequired]
    public DateTimeOffset ObtainedAt { get; set; }

    [JsonRequired]
    public DateTimeOffset ExpiresAt { get; set; }

    public IReadOnlyList<string> Scopes { get; set; } = [];

    public string? RefreshToken { get; set; }

    public string? IdToken { get; set; }

    [JsonRequired]
    public string TokenEndpoint { get; set; } = "";

    [JsonRequired]
    public string ClientId { get; set; } = "";

    public IReadOnlyList<string> RequestedScopes { get; set; } = [];

    public string? GrantId { get; set; }

    public long Attempt { get; set; }

    public long LastAttempt { get; set; }

    public RenewalMark? Mark { get; set; }

    public ConnectionState State { get; set; }

    public string? StateReason { get; set; }

    public DateTimeOffset? StateSince { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ConnectedAt { get; set; }

    public string? Company { get; set; }

    public string? Subject { get; set; }

    public DateTimeOffset? UnknownSince { get; set; }

    public long? MarkedTokens { get; set; }

    public TimeSpan? GracePeriod { get; set; }

    public string? ImportedTokenHash { get; set; }

    public DateTimeOffset? ExportedAt { get; set; }

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
