using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Visma.Connect.Sdk;

/// <summary>Begins an attempt: checks who wants to connect what, and sends the browser to the identity server.</summary>
internal sealed class StartEndpoint(
    VismaConnectEndpointOptions options,
    ConnectClients clients,
    ConnectDecision decision,
    AttemptCookies cookies,
    ConnectAnswers answers,
    VismaConnections connections,
    TimeProvider time,
    EndpointLogger logger)
{
    private const int LongestConnection = 200;

    public async Task StartAsync(HttpContext context)
    {
        ConnectAnswers.SetHeaders(context);
        StringValues returnUrls = context.Request.Query[ConnectPaths.ReturnUrlParameter];
        string? returnUrl = returnUrls.Count == 0 ? null : returnUrls[0];
        string client = (string?)context.GetRouteValue("client") ?? "";
        // Routing leaves an encoded slash as it is.
        string connection = ((string?)context.GetRouteValue("connection") ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (!IsConnection(connection) || returnUrls.Count > 1 || (returnUrl is not null && !LocalPath.Is(returnUrl)))
        {
            await answers.RefusedAsync(context, StatusCodes.Status400BadRequest, ConnectTexts.Malformed).ConfigureAwait(false);
            return;
        }

        if (!clients.TryFind(client, out VismaClientOptions? settings))
        {
            ConnectLog.NoSuchClient(logger, clients.Names);
            await answers.RefusedAsync(context, StatusCodes.Status404NotFound, ConnectTexts.NoSuchClient).ConfigureAwait(false);
            return;
        }

        ConnectionAttempt attempt = new(context, clients.SpellingOf(client), connection);
        if (!await decision.AllowsAsync(attempt).ConfigureAwait(false))
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return;
        }

        // Another site must not replace the company of a connection while its user only reads a page there.
        if (context.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            await answers.AskAsync(context, connection).ConfigureAwait(false);
            return;
        }

        AuthorizationRequestOptions request = clients.RequestOf(settings, context, options);
        await SendAsync(
            attempt,
            request,
            started => PendingAttempt.Of(
                started,
                connection,
                time.GetUtcNow(),
                request.ResponseMode == AuthorizationResponseMode.FormPost,
                SignedInUser.IdOf(context, options),
                returnUrl)).ConfigureAwait(false);
    }

    /// <summary>Sends the browser to the identity server, with the attempt in a cookie.</summary>
    /// <param name="attempt">The attempt, which is allowed.</param>
    /// <param name="request">How to ask for the consent; the application can change it.</param>
    /// <param name="store">Returns what the cookie holds.</param>
    public async Task SendAsync(ConnectionAttempt attempt, AuthorizationRequestOptions request, Func<AuthorizationRequest, PendingAttempt> store)
    {
        HttpContext context = attempt.HttpContext;
        AuthorizationRequest started;
        try
        {
            options.ConfigureRequest?.Invoke(attempt, request);
            started = await connections.BeginAsync(attempt.Client, attempt.Connection, request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is VismaConnectException or OptionsValidationException or InvalidOperationException or ArgumentException)
        {
            (int status, string message) = ConnectFailure.Of(failure);
            ConnectLog.Failed(logger, TokenKey.ForConnection(attempt.Client, attempt.Connection), status, failure);
            await answers.RefusedAsync(context, status, message, failure).ConfigureAwait(false);
            return;
        }

        if (!cookies.TryAdd(context, store(started)))
        {
            await answers.RefusedAsync(context, StatusCodes.Status400BadRequest, ConnectTexts.Malformed).ConfigureAwait(false);
            return;
        }

        if (!context.Request.IsHttps && !IsLoopback(context.Request.Host.Host))
        {
            ConnectLog.PlainHttp(logger, TokenKey.ForConnection(attempt.Client, attempt.Connection), context.Request.Host.Value ?? "");
        }

        // A cookie belongs to a host; its port does not matter.
        Uri redirect = new(started.RedirectUri);
        if (!string.Equals(redirect.Host, context.Request.Host.Host, StringComparison.OrdinalIgnoreCase))
        {
            ConnectLog.OtherHost(
                logger,
                TokenKey.ForConnection(attempt.Client, attempt.Connection),
                context.Request.Host.Host,
                redirect.Host);
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = started.Url.AbsoluteUri;
    }

    private static bool IsConnection(string connection) =>
        connection.Length <= LongestConnection
        && !string.IsNullOrWhiteSpace(connection)
        && !connection.Any(character => char.IsControl(character) || character == '\uFFFD');

    private static bool IsLoopback(string host) =>
        host is "localhost" or "127.0.0.1" or "[::1]" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private async Task RefuseAsync(HttpContext context)
    {
        if (!decision.IsMade)
        {
            await answers.RefusedAsync(context, StatusCodes.Status403Forbidden, ConnectTexts.Misconfigured).ConfigureAwait(false);
            return;
        }

        if (SignedInUser.IsAnonymous(context) && await SignedInUser.CanSignInAsync(context).ConfigureAwait(false))
        {
            await context.ChallengeAsync().ConfigureAwait(false);
            return;
        }

        await answers.RefusedAsync(
            context,
            StatusCodes.Status403Forbidden,
            SignedInUser.IsAnonymous(context) ? ConnectTexts.SignInFirst : ConnectTexts.NotAllowed).ConfigureAwait(false);
    }
}
