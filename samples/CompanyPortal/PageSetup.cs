using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace CompanyPortal;

/// <summary>The pages: the sign-in by a cookie, antiforgery tokens in all forms, headers, and the answers to errors.</summary>
internal static class PageSetup
{
    public static void AddPages(this WebApplicationBuilder builder, PortalSettings settings)
    {
        // The Host header is text from the request. The portal accepts only its own.
        builder.Configuration["AllowedHosts"] = settings.Address.Host;
        builder.Services.AddSingleton(settings);
        // Razor Pages refuses each POST without an antiforgery token.
        builder.Services.AddRazorPages();
        builder.Services.AddAntiforgery(options => options.Cookie.Name = "portal.antiforgery");
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
        {
            options.Cookie.Name = "portal.user";
            options.LoginPath = "/sign-in";
        });
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePagesWithReExecute("/status/{0}");
        app.UseStaticFiles();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
