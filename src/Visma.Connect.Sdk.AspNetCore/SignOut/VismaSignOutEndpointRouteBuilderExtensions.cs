using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Visma.Connect.Sdk;

/// <summary>Maps the endpoints of a web application for signing in and out with Visma (OpenID Connect).</summary>
public static class VismaSignOutEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps four endpoints under <see cref="VismaSignOutOptions.Path"/>, for the client of <c>AddSignOut</c>: <c>login</c>, where Visma begins a sign-in (the
    /// Initiate Login URI of the portal); <c>signout</c>, to which a page of the application posts to sign its user out here and at Visma;
    /// <c>signout/back-channel</c> and <c>signout/front-channel</c>, where Visma says that a session has ended.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>A builder for conventions of all these endpoints. Authorization is switched off for them.</returns>
    /// <remarks>docs/sign-out.md lists every status.</remarks>
    /// <exception cref="InvalidOperationException"><c>AddSignOut</c> was not called, or the client does not exist.</exception>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings of <c>AddVismaConnect</c> are wrong.</exception>
    public static IEndpointConventionBuilder MapVismaSignOut(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return SignOutMapping.Map(endpoints);
    }
}
