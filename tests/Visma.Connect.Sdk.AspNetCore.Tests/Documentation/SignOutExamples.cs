using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Documentation;

/// <summary>The code of docs/sign-out.md, so that it compiles. OpenIdConnectTests run it.</summary>
internal static class SignOutExamples
{
    public static void AddServices(WebApplicationBuilder builder)
    {
        builder.Services.AddVismaConnect().AddSignOut("web", options => options.PostLogoutRedirectUri = "https://acme.example/");
        builder.Services.AddAuthorization();
        builder.Services
            .AddAuthentication(options =>
            {
                options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
            })
            .AddCookie()
            .AddOpenIdConnect(options =>
            {
                options.Authority = "https://connect.visma.com";
                options.ClientId = builder.Configuration["VismaConnect:Clients:web:ClientId"];
                options.ClientSecret = builder.Configuration["VismaConnect:Clients:web:ClientSecret"];
                options.ResponseType = "code";
                options.MapInboundClaims = false;
                options.SaveTokens = true;
                options.Scope.Add("business-graphql-api:access-group-based");
                options.Events.OnRedirectToIdentityProvider = context =>
                {
                    context.ProtocolMessage.LoginHint = context.Properties.GetParameter<string>("login_hint");
                    return Task.CompletedTask;
                };
            });
    }

    public static void Map(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapVismaSignOut();
    }
}
