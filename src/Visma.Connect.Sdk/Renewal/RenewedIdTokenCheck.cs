namespace Visma.Connect.Sdk;

/// <summary>
/// Compares the id token of a refresh with the id token of the consent: same issuer, same user, same application (OpenID Connect Core 1.0
/// section 12.2). It came from the token endpoint over TLS, so its signature need not be checked (section 3.1.3.7).
/// </summary>
internal static class RenewedIdTokenCheck
{
    public static string? FaultOf(string? idToken, TokenSet before, ConfiguredClient client)
    {
        if (idToken is null || before.IdToken is null)
        {
            return null;
        }

        return JwtClaims.TextOf(idToken, "iss") != client.Authority.Issuer ? "its id token is from another issuer"
            : JwtClaims.TextOf(idToken, "sub") is not { } subject || subject != JwtClaims.TextOf(before.IdToken, "sub") ? "its id token is about another user"
            : !JwtClaims.Holds(idToken, "aud", client.Options.ClientId!) ? "its id token is for another application"
            : null;
    }
}
