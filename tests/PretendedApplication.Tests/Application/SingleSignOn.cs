namespace PretendedApplication.Application;

/// <summary>Signs users in with Visma Connect, and keeps no tokens.</summary>
public class SingleSignOn(VismaConnectClient visma)
{
    public async Task<string> SignInAsync(AuthorizationRequest request, string query, CancellationToken cancellationToken)
    {
        TokenResponse tokens = await visma.ExchangeCodeAsync(request, AuthorizationResponse.FromQuery(query), cancellationToken);
        IdToken idToken = await visma.ValidateIdTokenAsync(tokens.IdToken!, request.Nonce, cancellationToken);
        UserInfo user = await visma.GetUserInfoAsync(tokens.AccessToken, idToken.Subject, cancellationToken);
        return $"{user.Name} <{user.Email}> in session {idToken.SessionId} of {idToken.Issuer}";
    }

    public Uri SignOut(string idToken) => visma.CreateEndSessionUrl(idToken, "https://acme.example/bye");
}
