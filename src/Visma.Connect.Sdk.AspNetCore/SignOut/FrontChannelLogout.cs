using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// Answers a front-channel logout (OpenID Connect Front-Channel Logout 1.0): a page of the identity server shows this address in a frame of the user's
/// browser. It ends the session of that browser if issuer and session are the same.
/// </summary>
/// <remarks>Thread-safe. Browsers send the cookie into a frame of another site only if it is SameSite=None, and often not even then.</remarks>
internal sealed class FrontChannelLogout(SignOutServer server, EndedSessions sessions, VismaSignOutOptions options)
{
    public async Task AnswerAsync(HttpContext context)
    {
        string? session = SignOutAnswers.Single(context.Request.Query["sid"]);
        bool isIssuer = await server.IsIssuerAsync(SignOutAnswers.Single(context.Request.Query["iss"]), context.RequestAborted).ConfigureAwait(false);
        if (session is null || !isIssuer)
        {
            SignOutAnswers.Begin(context, StatusCodes.Status400BadRequest);
            return;
        }

        int status = StatusCodes.Status200OK;
        AuthenticateResult result = await context.AuthenticateAsync(options.CookieScheme).ConfigureAwait(false);
        if (result.Principal is { } user && SessionIds.Of(user).Session == session)
        {
            await context.SignOutAsync(options.CookieScheme).ConfigureAwait(false);
            status = await EndAsync(session).ConfigureAwait(false);
        }

        SignOutAnswers.Begin(context, status);
        if (server.Origin is { } origin)
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; frame-ancestors {origin}";
        }
    }

    // The cookie of this browser is removed. A copy of it lives until the next logout if the token cache is down.
    private async Task<int> EndAsync(string session)
    {
        try
        {
            await sessions.EndAsync(new SessionIds(session, Subject: null)).ConfigureAwait(false);
            return StatusCodes.Status200OK;
        }
        catch (VismaConnectException)
        {
            return StatusCodes.Status503ServiceUnavailable;
        }
    }
}
