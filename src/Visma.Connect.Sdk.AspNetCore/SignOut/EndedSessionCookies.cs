using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Adds the check for ended sessions to the cookie scheme of the application, after what the application has set itself.</summary>
internal sealed class EndedSessionCookies(IOptions<VismaSignOutOptions> options) : IPostConfigureOptions<CookieAuthenticationOptions>
{
    public void PostConfigure(string? name, CookieAuthenticationOptions cookies)
    {
        if (name != options.Value.CookieScheme)
        {
            return;
        }

        if (cookies.EventsType is not null)
        {
            throw new InvalidOperationException($"The cookie scheme '{name}' has an EventsType, so AddSignOut cannot add its check. Set Events instead.");
        }

        Func<CookieSigningInContext, Task> signingIn = cookies.Events.OnSigningIn;
        Func<CookieValidatePrincipalContext, Task> validate = cookies.Events.OnValidatePrincipal;
        cookies.Events.OnSigningIn = async context =>
        {
            await signingIn(context).ConfigureAwait(false);
            SessionStart.Mark(context.Properties, context.HttpContext.RequestServices.GetRequiredService<TimeProvider>());
        };
        cookies.Events.OnValidatePrincipal = async context =>
        {
            await validate(context).ConfigureAwait(false);
            await RejectIfEndedAsync(context).ConfigureAwait(false);
        };
    }

    private static async Task RejectIfEndedAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal is { } user
            && await context.HttpContext.RequestServices.GetRequiredService<EndedSessions>()
                .HasEndedAsync(SessionIds.Of(user), SessionStart.Of(context.Properties))
                .ConfigureAwait(false))
        {
            context.RejectPrincipal();
        }
    }
}
