using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>The members of a token endpoint's reply, a success or an error (RFC 6749 sections 5.1 and 5.2).</summary>
internal sealed class TokenReply
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    // VNI's name for the access token.
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    [JsonPropertyName("expires_in")]
    [JsonConverter(typeof(ExpiresInConverter))]
    public TimeSpan? ExpiresIn { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    [JsonPropertyName("id_token")]
    public string? IdToken { get; init; }

    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? ErrorDescription { get; init; }
}
