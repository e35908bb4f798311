using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Logs why an API refused a token, if the response contains the reason. The caller gets the response.</summary>
internal static class RefusalLog
{
    public static void GoodTokenRefused(ILogger logger, VismaApi api, TokenKey key, AccessToken token, HttpResponseMessage response)
    {
        BearerChallenge? challenge = BearerChallenge.From(response);
        string reason = VisibleText.Of(challenge?.ErrorDescription ?? challenge?.Error ?? "no reason given", [token.Value]);
        Log.GoodTokenRefused(logger, api.Name, key, reason, ApiErrorReader.CauseOfRefusedToken(response).Remedy);
    }

    public static void MissingScope(ILogger logger, VismaApi api, TokenKey key, AccessToken token, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.Forbidden && BearerChallenge.From(response) is { Error: "insufficient_scope" } challenge)
        {
            Log.InsufficientScope(logger, api.Name, key, VisibleText.Of(challenge.Scope ?? "a scope without a name", [token.Value]));
        }
    }
}
