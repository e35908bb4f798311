using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Revokes the tokens of a connection at the identity server: the refresh token, or the access token at VNI.</summary>
internal static class Revocation
{
    /// <exception cref="VismaConnectException">The server refused, or could not be reached.</exception>
    public static Task RevokeAsync(AuthorizationServer server, TokenSet tokens, CancellationToken cancellationToken = default)
    {
        if (server.Client.Authority.IsLegacy)
        {
            return VniClient.RevokeAsync(server, tokens.AccessToken.Value, cancellationToken);
        }

        // Visma Connect does not revoke access tokens. Without a refresh token they expire by themselves.
        return tokens.RefreshToken is null
            ? Task.CompletedTask
            : server.RevokeAsync(tokens.RefreshToken, OidcConstants.TokenTypes.RefreshToken, cancellationToken);
    }
}
