using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>The user of the application, to whom an attempt is bound.</summary>
internal static class SignedInUser
{
    /// <summary>Returns the identifier of the user. Null if no user is signed in.</summary>
    public static string? IdOf(HttpContext context, VismaConnectEndpointOptions options)
    {
        if (options.GetUserId is { } getUserId)
        {
            return getUserId(context);
        }

        ClaimsPrincipal user = context.User;
        return user.Identity is { IsAuthenticated: true }
            ? user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub") ?? user.Identity.Name
            : null;
    }

    public static bool IsAnonymous(HttpContext context) => context.User.Identity is not { IsAuthenticated: true };

    /// <summary>Whether the application can ask an anonymous user to sign in.</summary>
    public static async Task<bool> CanSignInAsync(HttpContext context) =>
        context.RequestServices.GetService<IAuthenticationSchemeProvider>() is { } schemes
        && await schemes.GetDefaultChallengeSchemeAsync().ConfigureAwait(false) is not null;
}
