using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The endpoint <c>/connect/endsession</c> (OpenID Connect RP-Initiated Logout). It redirects to the application that the id token was
/// issued for, if the address is registered. FakeVisma does not keep sessions, so it ends none.
/// </summary>
internal sealed class FakeEndSessionEndpoint(FakeState state)
{
    private readonly JsonWebTokenHandler _jwt = new();

    public FakeReply Answer(FakeRequest request)
    {
        IReadOnlyDictionary<string, string> parameters = request.Method == "POST" ? request.Form : request.Query;
        if (!parameters.TryGetValue("post_logout_redirect_uri", out string? address))
        {
            return FakeSignInPages.Message("Signed out", "You are signed out.");
        }

        if (ClientOf(parameters.GetValueOrDefault("id_token_hint")) is not { } client || !client.MayReturnTo(address))
        {
            return FakeSignInPages.Error($"The post_logout_redirect_uri '{address}' is not registered for the application of the id_token_hint, or there "
                + "is no id_token_hint.");
        }

        string location = parameters.TryGetValue("state", out string? value) ? QueryHelpers.AddQueryString(address, "state", value) : address;
        return FakeReply.Redirect(location, HttpStatusCode.Found);
    }

    private FakeClient? ClientOf(string? idToken) =>
        _jwt.CanReadToken(idToken) ? state.FindClient(_jwt.ReadJsonWebToken(idToken).Audiences.FirstOrDefault()) : null;
}
