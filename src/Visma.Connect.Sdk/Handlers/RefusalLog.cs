using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Says why an API refused a token, where the API tells; the answer itself is the caller's.</summary>
internal static class RefusalLog
{
    public static void GoodTokenRefused(ILogger logger, VismaApi api, TokenKey key, HttpResponseMessage response)
    {
        BearerChallenge? challenge = BearerChallenge.From(response);
        Log.GoodTokenRefused(logger, api.Name, key, VisibleText.Of(challenge?.ErrorDescription ?? challenge?.Error ?? "it does not say why"));
    }

    public static void MissingScope(ILogger logger, VismaApi api, TokenKey key, HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.Forbidden && BearerChallenge.From(response) is { Error: "insufficient_scope" } challenge)
        {
            Log.InsufficientScope(logger, api.Name, key, VisibleText.Of(challenge.Scope ?? "it does not say which"));
        }
    }
}
