using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Signs the user of a browser out: here, in every process, and at Visma (OpenID Connect RP-Initiated Logout 1.0). It takes a POST only, and a cookie
/// that is not SameSite=None is not sent with the POST of another site, so other sites cannot sign a user out.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BrowserSignOut(SignOutServer server, EndedSessions sessions, VismaSignOutOptions options, ILogger logger)
{
    public async Task AnswerAsync(HttpContext context)
    {
        // With a cookie that is SameSite=None, a form of any site could sign the user out.
        if (context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            SignOutAnswers.Begin(context, StatusCodes.Status403Forbidden);
            return;
        }

        AuthenticateResult result = await context.AuthenticateAsync(options.CookieScheme).ConfigureAwait(false);
        if (result.Principal is not { } user)
        {
            SignOutAnswers.Begin(context, StatusCodes.Status303SeeOther);
            context.Response.Headers.Location = $"{context.Request.PathBase}/";
            return;
        }

        string? idToken = result.Properties?.GetTokenValue("id_token");
        await context.SignOutAsync(options.CookieScheme).ConfigureAwait(false);
        await EndAsync(SessionIds.Of(user)).ConfigureAwait(false);

        // Without an id token, Visma does not know to which application the browser returns.
        string? returnTo = idToken is null ? null : options.PostLogoutRedirectUri;
        string location;
        try
        {
            location = (await server.EndSessionUrlAsync(idToken, returnTo, context.RequestAborted).ConfigureAwait(false)).AbsoluteUri;
        }
        catch (Exception failure) when (failure is VismaConnectException or InvalidOperationException)
        {
            SignOutLog.NotSignedOutAtServer(logger, failure);
            location = $"{context.Request.PathBase}/";
        }

        SignOutAnswers.Begin(context, StatusCodes.Status303SeeOther);
        context.Response.Headers.Location = location;
    }

    // The session alone: the user may be signed in on other devices.
    private async Task EndAsync(SessionIds ids)
    {
        if (ids.Session is null)
        {
            return;
        }

        try
        {
            await sessions.EndAsync(ids).ConfigureAwait(false);
        }
        catch (VismaConnectException failure)
        {
            SignOutLog.NotRemembered(logger, failure);
        }
    }
}
