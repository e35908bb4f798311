using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The tokens of one response. Holds secrets; <see cref="ToString"/> shows none.</summary>
/// <remarks>Immutable. Two sets are equal if their tokens are, with expiry and granted scopes.</remarks>
public sealed record TokenSet
{
    /// <summary>The access token, with its expiry and the granted scopes.</summary>
    public required AccessToken AccessToken { get; init; }

    /// <summary>The refresh token of a user's consent; null for a service token. Secret.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? RefreshToken { get; init; }

    /// <summary>The id token of the response (OpenID Connect); null if it had none. Personal data.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? IdToken { get; init; }

    /// <summary>Whether another set holds the same tokens.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>True if access token, its times and scopes, refresh token and id token are the same.</returns>
    public bool Equals(TokenSet? other) => ReferenceEquals(this, other)
        || (other is not null
            && RefreshToken == other.RefreshToken
            && IdToken == other.IdToken
            && AccessToken.IsSameAs(other.AccessToken)
            && AccessToken.ObtainedAt == other.AccessToken.ObtainedAt
            && AccessToken.ExpiresAt == other.AccessToken.ExpiresAt
            && AccessToken.Scopes.SequenceEqual(other.AccessToken.Scopes));

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(AccessToken.AuthorizationHeader);

    /// <summary>Describes the tokens without showing them.</summary>
    /// <returns>The expiry, and whether there is a refresh token.</returns>
    public override string ToString() => $"{AccessToken}{(RefreshToken is null ? "" : ", with refresh token")}";
}
