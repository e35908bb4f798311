using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Checks the options of the sign-out endpoints, and maps them.</summary>
internal static class SignOutMapping
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints)
    {
        IServiceProvider services = endpoints.ServiceProvider;
        EndedSessions sessions = services.GetService<EndedSessions>()
            ?? throw new InvalidOperationException("AddSignOut was not called: add builder.Services.AddVismaConnect().AddSignOut(\"the name of the client\").");
        VismaSignOutOptions options = services.GetRequiredService<IOptions<VismaSignOutOptions>>().Value;
        Require(options, services.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>().CurrentValue);
        EndpointLogger logger = services.GetRequiredService<EndpointLogger>();
        SignOutServer server = new(services, options.Client);
        BackChannelLogout backChannel = new(
            server,
            services.GetRequiredService<SharedClaims>(),
            sessions,
            services.GetRequiredService<EndedConnections>(),
            services.GetRequiredService<TimeProvider>(),
            logger);
        FrontChannelLogout frontChannel = new(server, sessions, options);
        InitiatedLogin login = new(server, options);
        BrowserSignOut signOut = new(server, sessions, options, logger);

        RouteGroupBuilder group = endpoints.MapGroup(options.Path);
        Add(group, "login", [HttpMethods.Get, HttpMethods.Post], login.AnswerAsync);
        Add(group, "signout", [HttpMethods.Post], signOut.AnswerAsync);
        Add(group, "signout/back-channel", [HttpMethods.Post], backChannel.AnswerAsync);
        Add(group, "signout/front-channel", [HttpMethods.Get], frontChannel.AnswerAsync);
        return group.WithMetadata(new AllowAnonymousAttribute());
    }

    private static void Add(RouteGroupBuilder group, string pattern, string[] methods, RequestDelegate answer) =>
        group.MapMethods(pattern, methods, answer).WithDisplayName($"Visma {pattern}");

    private static void Require(VismaSignOutOptions options, VismaConnectOptions settings)
    {
        LocalPath.Require(options.Path, nameof(options.Path));
        if (!settings.Clients.ContainsKey(options.Client))
        {
            throw new InvalidOperationException($"AddSignOut names the client '{options.Client}', which is not in the settings.");
        }

        if (options.Retention <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(options.Retention)} is {options.Retention}. Use a time of more than zero.");
        }

        if (options.CheckEvery < TimeSpan.Zero || options.CheckEvery > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException($"{nameof(options.CheckEvery)} is {options.CheckEvery}. Use a time from zero to ten minutes.");
        }

        if (options.PostLogoutRedirectUri is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http"))
        {
            throw new ArgumentException($"{nameof(options.PostLogoutRedirectUri)} is not an absolute address.");
        }
    }
}
