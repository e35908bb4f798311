using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Adds sign-out: sessions of the application end with the session at Visma.</summary>
public static class SignOutVismaConnectBuilderExtensions
{
    /// <summary>
    /// Ends the browser sessions of the application when the user's session at Visma ends: the cookie of such a session is not accepted any more, by any
    /// process. Map the endpoints with <c>app.MapVismaSignOut()</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="client">The name of the client, in <see cref="VismaConnectOptions.Clients"/>, with which the users sign in.</param>
    /// <param name="configure">Sets the options. Default: the cookie scheme <c>Cookies</c>.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// The principal of a session needs the claims <c>sid</c> and <c>sub</c> (or the name identifier) of the id token, as <c>AddOpenIdConnect</c> sets them.
    /// The sessions that have ended are remembered in the token cache, so several processes need a shared one. docs/sign-out.md has the whole program.
    /// </remarks>
    public static VismaConnectBuilder AddSignOut(this VismaConnectBuilder builder, string client, Action<VismaSignOutOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        builder.Services.Configure<VismaSignOutOptions>(options => options.Client = client);
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        builder.Services.TryAddSingleton<EndedSessions>();
        builder.Services.TryAddSingleton<EndedConnections>();
        builder.Services.TryAddSingleton<EndpointLogger>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<CookieAuthenticationOptions>, EndedSessionCookies>());
        return builder;
    }
}
