using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Maps the endpoints for connecting, once for each application.</summary>
internal sealed class ConnectMapping(
    VismaConnectEndpointOptions options,
    ConnectClients clients,
    ConnectDecision decision,
    StartEndpoint start,
    CallbackEndpoint callback,
    ReconnectEndpoint reconnect,
    EndpointLogger logger)
{
    private int _mapped;

    /// <summary>Whether the endpoints are mapped, so that a browser can be sent to connect again.</summary>
    public bool IsMapped => Volatile.Read(ref _mapped) != 0;

    public VismaConnectEndpointOptions Options => options;

    /// <exception cref="InvalidOperationException">The services are missing, or the endpoints are mapped already.</exception>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, Action<VismaConnectEndpointOptions>? configure)
    {
        ConnectMapping mapping = endpoints.ServiceProvider.GetService<ConnectMapping>() ?? throw new InvalidOperationException(
            "MapVismaConnect needs services. Call AddConnectEndpoints() or ProtectTokensWithDataProtection() on the builder that AddVismaConnect returns.");
        configure?.Invoke(mapping.Options);
        mapping.RequireValid();
        return Interlocked.Exchange(ref mapping._mapped, 1) == 0
            ? mapping.MapTo(endpoints)
            : throw new InvalidOperationException("MapVismaConnect was called before. Call it once, and map all clients together.");
    }

    private RouteGroupBuilder MapTo(IEndpointRouteBuilder endpoints)
    {
        if (!decision.IsMade)
        {
            ConnectLog.NoDecisionAtStart(logger);
        }

        RouteGroupBuilder group = endpoints.MapGroup("");
        Map(group, HttpMethods.Get, options.Path + ConnectPaths.Start, start.StartAsync, "start");
        IEnumerable<string> callbacks = options.CallbackPath is { } path ? [path] : clients.CallbackPaths().Append(options.Path + ConnectPaths.Callback);
        foreach (string one in callbacks.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            Map(group, HttpMethods.Get, Literal(one), callback.GetAsync, "callback").AllowAnonymous();
            Map(group, HttpMethods.Post, Literal(one), callback.PostAsync, "callback by form_post").AllowAnonymous();
        }

        Map(group, HttpMethods.Get, Literal(options.Path + ConnectPaths.Reconnect), reconnect.ShowAsync, "reconnect link").AllowAnonymous();
        Map(group, HttpMethods.Post, Literal(options.Path + ConnectPaths.Reconnect), reconnect.BeginAsync, "reconnect").AllowAnonymous();
        return group;
    }

    // Requests of other sites are checked by state and by link. A response by form_post is one, and cannot have a token of antiforgery.
    private static IEndpointConventionBuilder Map(RouteGroupBuilder group, string method, string pattern, RequestDelegate answer, string name) => group
        .MapMethods(pattern, [method], answer)
        .WithDisplayName($"Visma: {name}")
        .WithMetadata(new ExcludeFromDescriptionAttribute());

    private static string Literal(string path) =>
        path.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private void RequireValid()
    {
        options.Path = options.Path.TrimEnd('/');
        LocalPath.Require(options.Path.Length == 0 ? "/" : options.Path, nameof(options.Path));
        LocalPath.Require(options.CallbackPath, nameof(options.CallbackPath));
        LocalPath.Require(options.SuccessPath, nameof(options.SuccessPath));
        LocalPath.Require(options.CancelPath, nameof(options.CancelPath));
        LocalPath.Require(options.FailurePath, nameof(options.FailurePath));
    }
}
