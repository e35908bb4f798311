using Microsoft.AspNetCore.Authentication.Cookies;

namespace Visma.Connect.Sdk;

/// <summary>The settings of <c>AddSignOut</c>, for an application whose users sign in with Visma.</summary>
/// <remarks>They are set while the application starts, and are not changed after that.</remarks>
public sealed class VismaSignOutOptions
{
    /// <summary>The name of the client, in <see cref="VismaConnectOptions.Clients"/>, with which the users sign in.</summary>
    public string Client { get; set; } = "";

    /// <summary>
    /// The cookie scheme that holds the browser sessions of the application. Default:
    /// <see cref="CookieAuthenticationDefaults.AuthenticationScheme"/>.
    /// </summary>
    public string CookieScheme { get; set; } = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>
    /// The scheme that signs a user in, for the endpoint that begins a sign-in for Visma. Default: null; the default challenge scheme of the application.
    /// </summary>
    public string? ChallengeScheme { get; set; }

    /// <summary>The local path under which the endpoints are. Default: <c>/visma</c>.</summary>
    public string Path { get; set; } = "/visma";

    /// <summary>
    /// Where Visma sends the browser after the user has signed out there: an absolute address, registered in the Visma Developer Portal. Default: null; the
    /// browser stays at Visma.
    /// </summary>
    public string? PostLogoutRedirectUri { get; set; }

    /// <summary>
    /// How long a session that has ended is remembered. Not shorter than the cookie of a session lives without a request (<c>ExpireTimeSpan</c>). Default:
    /// 14 days, as that.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How long a process does not ask the token cache again whether a session has ended: so much later can its next request be the first one that is
    /// refused. Default: 10 seconds. Zero asks at each request.
    /// </summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the end of a user's session at Visma also ends the connections of that user that have no refresh token (scope <c>offline_access</c>). All
    /// connections of the client are read for it, in the background; not if the settings of the client name <c>offline_access</c>. Default: true.
    /// Connections with a refresh token live on.
    /// </summary>
    public bool EndConnectionsWithoutOfflineAccess { get; set; } = true;
}
