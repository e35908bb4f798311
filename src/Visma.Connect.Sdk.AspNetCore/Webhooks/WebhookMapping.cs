using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Checks the options of a webhook endpoint, and maps it.</summary>
internal static class WebhookMapping
{
    public static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder endpoints,
        string pattern,
        Func<IServiceScopeFactory, IVismaWebhookHandler> handler,
        Action<VismaWebhookEndpointOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        VismaWebhookEndpointOptions options = new();
        configure?.Invoke(options);
        Require(options);
        IServiceProvider services = endpoints.ServiceProvider;
        SharedClaims claims = services.GetService<SharedClaims>()
            ?? throw new InvalidOperationException("AddVismaConnect was not called: add builder.Services.AddVismaConnect().");
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        EndpointLogger logger = new(services.GetRequiredService<ILoggerFactory>());
        WebhookSecrets secrets = new(options.Secrets, services.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>(), pattern);
        WebhookHandling handling = new(
            claims,
            handler(services.GetRequiredService<IServiceScopeFactory>()),
            options,
            options.Name ?? pattern,
            time,
            logger);
        WebhookEndpoint endpoint = new(secrets, handling, options.MaxBodySize, pattern, time, logger);
        RequestDelegate answer = endpoint.AnswerAsync;
        IEndpointConventionBuilder mapped = endpoints.MapPost(pattern, answer)
            .WithDisplayName($"Visma webhook {pattern}")
            // The signature says who sends. A fallback policy for users would refuse every event.
            .WithMetadata(new AllowAnonymousAttribute());
        if (options.Name is null)
        {
            // In a group, the whole pattern is known only now. The endpoints of two groups must not share their events.
            mapped.Add(built => handling.Name = ((RouteEndpointBuilder)built).RoutePattern.RawText ?? pattern);
        }

        return mapped;
    }

    private static void Require(VismaWebhookEndpointOptions options)
    {
        if (options.MaxBodySize <= 0)
        {
            throw new ArgumentException($"{nameof(options.MaxBodySize)} is {options.MaxBodySize}. Use a number of bytes greater than zero.");
        }

        if (options.HandlerTimeout <= TimeSpan.Zero || options.HandlerTimeout > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"{nameof(options.HandlerTimeout)} is {options.HandlerTimeout}. Use a time of more than zero, and at most one hour.");
        }

        if (options.Retention < WebhookHandling.LeaseFor(options))
        {
            throw new ArgumentException($"{nameof(options.Retention)} is {options.Retention}. Use a time of at least {WebhookHandling.LeaseFor(options)}: the "
                + $"{nameof(options.HandlerTimeout)} and one minute.");
        }
    }
}
