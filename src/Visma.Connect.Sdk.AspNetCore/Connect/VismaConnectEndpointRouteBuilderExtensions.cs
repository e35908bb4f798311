using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Visma.Connect.Sdk;

/// <summary>Maps the endpoints at which the users of a web application connect their companies.</summary>
public static class VismaConnectEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the endpoints that let a user connect a company in the browser: the start <c>/visma/connect/{client}/{connection}</c>, the callback at the path
    /// of each client's <see cref="VismaClientOptions.RedirectUri"/>, and the links of <see cref="VismaReconnectLinks"/>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="configure">
    /// Sets the options. Set <see cref="VismaConnectEndpointOptions.AuthorizeConnection"/> or
    /// <see cref="VismaConnectEndpointOptions.AuthorizationPolicy"/>: without them, every attempt is refused.
    /// </param>
    /// <returns>
    /// A builder for conventions of all these endpoints. Authorization, for example <c>RequireAuthorization</c>, takes effect at the start only: a callback
    /// that is posted from the identity server has no cookie of the application, and a reconnect link needs no signed-in user.
    /// </returns>
    /// <remarks>
    /// <para>
    /// The start takes a local <c>returnUrl</c> in its query, to which the browser returns after success. The attempt is stored in a cookie of its own,
    /// encrypted by Data Protection, for 15 minutes; no session is needed. Several processes need the same Data Protection keys and the same token cache.
    /// </para>
    /// <para>docs/web-applications.md lists the endpoints with every status, and describes form_post, several processes and logging.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The services are missing: call <c>AddConnectEndpoints</c> or <c>ProtectTokensWithDataProtection</c> on the builder that <c>AddVismaConnect</c>
    /// returns. Or the endpoints are mapped already.
    /// </exception>
    /// <exception cref="ArgumentException">A path of the options is not a local path.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings of <c>AddVismaConnect</c> are wrong.</exception>
    public static IEndpointConventionBuilder MapVismaConnect(
        this IEndpointRouteBuilder endpoints,
        Action<VismaConnectEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return ConnectMapping.Map(endpoints, configure);
    }
}
