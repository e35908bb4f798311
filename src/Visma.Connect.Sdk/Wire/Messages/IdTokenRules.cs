using System.Text;
using Duende.IdentityModel;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Visma.Connect.Sdk;

/// <summary>What an id token must contain, beyond a valid signature (OpenID Connect Core 1.0 section 3.1.3.7).</summary>
internal static class IdTokenRules
{
    /// <summary>Why the id token is refused; null if it is not.</summary>
    public static string? FaultOf(JsonWebToken token, string clientId, string? nonce, string? accessToken) =>
        // RFC 7515 section 4.1.11: what it names must be understood, and nothing that it can name is known here.
        token.TryGetHeaderValue("crit", out object _) ? "its header names extensions that must be understood ('crit'), and none is known here"
        // It need not have a nonce, so a logout token would otherwise look like an id token of its user.
        : JwtClaims.Read(token.EncodedToken) is { } claims && LogoutTokenRules.HasEvent(claims) ? "it is a logout token"
        : string.IsNullOrEmpty(token.Subject) ? "it has no 'sub'"
        : !token.TryGetPayloadValue(JwtClaimTypes.IssuedAt, out long _) ? "it has no 'iat'"
        : nonce is not null && (!token.TryGetPayloadValue(JwtClaimTypes.Nonce, out string given) || !string.Equals(given, nonce, StringComparison.Ordinal))
            ? "its 'nonce' is not the one that was sent"
        : token.TryGetPayloadValue(JwtClaimTypes.AuthorizedParty, out string party)
            ? string.Equals(party, clientId, StringComparison.Ordinal) ? HashFault(token, accessToken) : "it was issued to another party ('azp')"
        : token.Audiences.Skip(1).Any() ? "it is for several applications, and does not say which asked ('azp')"
        : HashFault(token, accessToken);

    // Section 3.1.3.8: the hash is optional here, but a wrong hash is refused.
    private static string? HashFault(JsonWebToken token, string? accessToken) =>
        accessToken is not null
        && token.TryGetPayloadValue(JwtClaimTypes.AccessTokenHash, out string hash)
        && !string.Equals(hash, RandomText.Base64Url([.. Sha256.Hash(Encoding.ASCII.GetBytes(accessToken)).Take(Sha256.Length / 2)]), StringComparison.Ordinal)
            ? "its 'at_hash' does not fit the access token"
            : null;
}
