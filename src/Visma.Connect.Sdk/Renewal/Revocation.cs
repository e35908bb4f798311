namespace Visma.Connect.Sdk;

/// <summary>Revokes what a connection holds at its identity server: the refresh token, or what VNI has instead.</summary>
internal static class Revocation
{
    /// <exception cref="VismaConnectException">The server refused, or could not be reached.</exception>
    public static Task RevokeAsync(AuthorizationServer server, TokenSet tokens, CancellationToken cancellationToken = default)
    {
        if (server.Client.Authority.IsLegacy)
        {
#pragma warning disable CS0618 // VNI is still served.
            return VniClient.RevokeAsync(server, tokens.AccessToken.Value, cancellationToken);
#pragma warning restore CS0618
        }

        // Access tokens cannot be revoked; without a refresh token there is nothing to do but wait for their end.
        return tokens.RefreshToken is null ? Task.CompletedTask : server.RevokeAsync(tokens.RefreshToken, "refresh_token", cancellationToken);
    }
}
