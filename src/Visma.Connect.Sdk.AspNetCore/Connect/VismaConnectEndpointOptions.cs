using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// The settings of <c>app.MapVismaConnect</c>. Set <see cref="AuthorizeConnection"/> or <see cref="AuthorizationPolicy"/>; the rest has defaults.
/// </summary>
/// <remarks>They are set while the application starts, and are not changed after that.</remarks>
public sealed class VismaConnectEndpointOptions
{
    /// <summary>
    /// Decides whether the user of a request may connect this connection: required, here or as <see cref="AuthorizationPolicy"/>, because the name of the
    /// connection is part of an address that each user can change. Default: null, and every attempt is refused with 403 and an event in the log.
    /// </summary>
    /// <remarks>
    /// Called when an attempt begins, and again when its browser has come back, before the code is exchanged. For a link of
    /// <see cref="VismaReconnectLinks"/>, <see cref="ConnectionAttempt.IsReconnectLink"/> is true and the user is usually anonymous: return true for it,
    /// unless the application wants the user to sign in first.
    /// </remarks>
    /// <example>
    /// <code>
    /// options.AuthorizeConnection = attempt => new(attempt.IsReconnectLink || attempt.User.HasClaim("customer", attempt.Connection));
    /// </code>
    /// </example>
    public Func<ConnectionAttempt, ValueTask<bool>>? AuthorizeConnection { get; set; }

    /// <summary>
    /// The name of an authorization policy that decides instead of, or in addition to, <see cref="AuthorizeConnection"/>. Its resource is the
    /// <see cref="ConnectionAttempt"/>. Default: null.
    /// </summary>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>
    /// Returns the identifier of the user who is signed in, or null for an anonymous one. An attempt is bound to it. Default: the claim
    /// <c>nameidentifier</c> of .NET, otherwise <c>sub</c>, otherwise the name.
    /// </summary>
    public Func<HttpContext, string?>? GetUserId { get; set; }

    /// <summary>
    /// The local path under which the endpoints are: <c>connect/{client}/{connection}</c>, <c>reconnect</c>, and <c>callback</c> for clients without a
    /// <see cref="VismaClientOptions.RedirectUri"/>. Default: <c>/visma</c>.
    /// </summary>
    public string Path { get; set; } = "/visma";

    /// <summary>
    /// The local path of the redirect URI of every client. Set it if the path in the redirect URI is not the path that the application sees, for example
    /// behind a proxy that removes a part of it, or with <c>UsePathBase</c>. Default: null; the paths of the redirect URIs in the settings when the
    /// application starts.
    /// </summary>
    public string? CallbackPath { get; set; }

    /// <summary>
    /// How the identity server sends its response. Default: null; <see cref="AuthorizationResponseMode.FormPost"/> at Visma Connect and eAccounting, so that
    /// no log contains a code, and <see cref="AuthorizationResponseMode.Query"/> at other servers. <see cref="ConfigureRequest"/> can set it for one client.
    /// </summary>
    public AuthorizationResponseMode? ResponseMode { get; set; }

    /// <summary>
    /// Changes how the user is asked for consent, for example the language (<c>UiLocales</c>) or the choice of the company. Default: null. At eAccounting
    /// the user always chooses the company; a reconnect link asks for the company that was connected before.
    /// </summary>
    public Action<ConnectionAttempt, AuthorizationRequestOptions>? ConfigureRequest { get; set; }

    /// <summary>
    /// The local page to which the browser is sent after success, if the start named no <c>returnUrl</c>. Query parameters <c>client</c> and
    /// <c>connection</c> are added. Default: null; a built-in page.
    /// </summary>
    public string? SuccessPath { get; set; }

    /// <summary>
    /// The local page to which the browser is sent if the user declined. Query parameters <c>client</c> and <c>connection</c> are added. Default: null; a
    /// built-in page.
    /// </summary>
    public string? CancelPath { get; set; }

    /// <summary>
    /// The local page to which the browser is sent if a callback or a reconnect link failed. The query parameter <c>status</c> is added, and <c>client</c>
    /// and <c>connection</c> if they are known. Default: null; a built-in page with that status. A refused start always answers with its status.
    /// </summary>
    public string? FailurePath { get; set; }

    /// <summary>
    /// Answers the end of an attempt in the application's own way. Return null for the default: the paths above, or the built-in page. Default: null.
    /// Every answer has <c>Cache-Control: no-store</c> and <c>Referrer-Policy: no-referrer</c>.
    /// </summary>
    public Func<ConnectionOutcome, ValueTask<IResult?>>? Respond { get; set; }

    /// <summary>
    /// Returns what the built-in page of success calls the connected company, as plain text. Default: null; the name of the connection, with
    /// <see cref="VismaConnection.Company"/> if it is known.
    /// </summary>
    public Func<HttpContext, VismaConnection, ValueTask<string?>>? DescribeConnection { get; set; }

    /// <summary>The name of the application on the built-in pages. Default: null; the <c>ApplicationName</c> of the host environment.</summary>
    public string? ApplicationName { get; set; }
}
