using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Visma.Connect.Sdk;

/// <summary>
/// Answers the links of <see cref="VismaReconnectLinks"/>: shows a page with a button, and begins an attempt when the button is pressed. It needs no
/// signed-in user, because the link is the authorization.
/// </summary>
internal sealed class ReconnectEndpoint(
    VismaConnectEndpointOptions options,
    ConnectClients clients,
    ConnectDecision decision,
    ConnectAnswers answers,
    StartEndpoint start,
    LinkUse uses,
    ReconnectLinkText texts,
    TimeProvider time)
{
    public Task ShowAsync(HttpContext context)
    {
        ConnectAnswers.SetHeaders(context);
        string? text = context.Request.Query[ConnectPaths.LinkParameter];
        return Read(text, out ReconnectLink? link) is { } refusal
            ? answers.FailedAsync(context, attempt: null, refusal.Status, refusal.Message)
            : answers.ShowLinkAsync(context, link!, text!);
    }

    public async Task BeginAsync(HttpContext context)
    {
        ConnectAnswers.SetHeaders(context);
        (string body, int wrong) = await SmallForm.ReadAsync(context.Request).ConfigureAwait(false);
        if (wrong != 0)
        {
            await answers.FailedAsync(context, attempt: null, wrong, SmallForm.MessageOf(wrong)).ConfigureAwait(false);
            return;
        }

        if (context.Request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")])
        {
            await answers.FailedAsync(context, attempt: null, StatusCodes.Status403Forbidden, ConnectTexts.LinkForeign).ConfigureAwait(false);
            return;
        }

        if (Read(LinkIn(body), out ReconnectLink? link) is { } refusal)
        {
            await answers.FailedAsync(context, attempt: null, refusal.Status, refusal.Message).ConfigureAwait(false);
            return;
        }

        await BeginAsync(context, link!).ConfigureAwait(false);
    }

    private async Task BeginAsync(HttpContext context, ReconnectLink link)
    {
        if (!clients.TryFind(link.Client, out VismaClientOptions? settings))
        {
            await answers.FailedAsync(context, attempt: null, StatusCodes.Status404NotFound, ConnectTexts.NoSuchClient).ConfigureAwait(false);
            return;
        }

        ConnectionAttempt attempt = new(context, link.Client, link.Connection, ConnectionStep.Start, isReconnectLink: true);
        if (!await decision.AllowsAsync(attempt).ConfigureAwait(false))
        {
            await answers.FailedAsync(context, attempt: null, StatusCodes.Status403Forbidden, ConnectTexts.LinkNotAllowed).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await uses.IsUsedAsync(link, context.RequestAborted).ConfigureAwait(false))
            {
                await answers.FailedAsync(context, attempt: null, StatusCodes.Status410Gone, ConnectTexts.LinkUsed).ConfigureAwait(false);
                return;
            }
        }
        catch (VismaConnectException failure)
        {
            (int status, string message) = ConnectFailure.Of(failure);
            await answers.FailedAsync(context, attempt: null, status, message, failure).ConfigureAwait(false);
            return;
        }

        AuthorizationRequestOptions request = clients.RequestOf(settings, context, options);
        Name(link, request);
        await start.SendAsync(
            attempt,
            request,
            started => PendingAttempt.Of(started, link, time.GetUtcNow(), request.ResponseMode == AuthorizationResponseMode.FormPost)).ConfigureAwait(false);
    }

    // A token that does not name its company cannot be checked. Then Visma is only told which company is meant.
    private static void Name(ReconnectLink link, AuthorizationRequestOptions request)
    {
        if (link.Company is not { } company)
        {
            return;
        }

        if (link.ChecksCompany)
        {
            request.Company = company;
        }
        else
        {
            request.Parameters["tenant_hint"] = company;
        }
    }

    private static string? LinkIn(string body) =>
        QueryHelpers.ParseQuery(body).TryGetValue(ConnectPaths.LinkParameter, out StringValues values) ? (string?)values : null;

    private (int Status, string Message)? Read(string? text, out ReconnectLink? link)
    {
        link = string.IsNullOrEmpty(text) ? null : texts.Open(text);
        return link is null ? (StatusCodes.Status400BadRequest, ConnectTexts.LinkInvalid)
            : link.ExpiresAt <= time.GetUtcNow() ? (StatusCodes.Status410Gone, ConnectTexts.LinkExpired)
            : null;
    }
}
