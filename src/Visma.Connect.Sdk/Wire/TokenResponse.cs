using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>A successful reply of a token endpoint (RFC 6749 section 5.1). It contains secrets; <see cref="ToString"/> prints none.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TokenResponse
{
    /// <summary>Creates a reply, for the unit tests of an application.</summary>
    /// <param name="accessToken">The access token.</param>
    /// <param name="expiresIn">How long the token is valid. Null if the reply does not say.</param>
    /// <param name="scopes">The granted scopes. Null if the reply does not say.</param>
    /// <param name="refreshToken">The refresh token. Null if absent.</param>
    /// <param name="idToken">The id token. Null if absent.</param>
    public TokenResponse(
        string accessToken,
        TimeSpan? expiresIn = null,
        IReadOnlyList<string>? scopes = null,
        string? refreshToken = null,
        string? idToken = null)
    {
        ArgumentNullException.ThrowIfNull(accessToken);
        AccessToken = accessToken;
        ExpiresIn = expiresIn;
        Scopes = scopes;
        RefreshToken = refreshToken;
        IdToken = idToken;
    }

    /// <summary>The access token. It is opaque, and secret.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string AccessToken { get; }

    /// <summary>
    /// How long the token is valid, counted from the request: between zero and one day, whatever the reply says. Null if the reply does not
    /// say, or does not say it as a number of seconds.
    /// </summary>
    public TimeSpan? ExpiresIn { get; }

    /// <summary>The granted scopes. Null if the reply does not say; all requested scopes are granted then (RFC 6749 section 5.1).</summary>
    public IReadOnlyList<string>? Scopes { get; }

    /// <summary>The refresh token, or null. Secret.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? RefreshToken { get; }

    /// <summary>The id token (OpenID Connect), or null. It contains personal data.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? IdToken { get; }

    /// <summary>Returns what the reply contains, without the tokens.</summary>
    public override string ToString() =>
        "token response, "
        + (ExpiresIn is { } lifetime ? FormattableString.Invariant($"expires in {lifetime.TotalSeconds:0} s") : "without a lifetime")
        + (RefreshToken is null ? "" : ", with refresh token")
        + (IdToken is null ? "" : ", with id token");
}
