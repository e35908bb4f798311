using System.Text.Json.Serialization;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>The members of a token endpoint's reply, a success or an error (RFC 6749 sections 5.1 and 5.2).</summary>
internal sealed class TokenReply
{
    [JsonPropertyName(OidcConstants.TokenResponse.AccessToken)]
    public string? AccessToken { get; init; }

    // VNI's name for the access token.
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.TokenType)]
    public string? TokenType { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.ExpiresIn)]
    [JsonConverter(typeof(ExpiresInConverter))]
    public TimeSpan? ExpiresIn { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.RefreshToken)]
    public string? RefreshToken { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.IdentityToken)]
    public string? IdToken { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.Scope)]
    [JsonConverter(typeof(ScopeConverter))]
    public string? Scope { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.Error)]
    public string? Error { get; init; }

    [JsonPropertyName(OidcConstants.TokenResponse.ErrorDescription)]
    public string? ErrorDescription { get; init; }
}
