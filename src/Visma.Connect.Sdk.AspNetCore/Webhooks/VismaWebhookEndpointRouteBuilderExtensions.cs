using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Maps the endpoints at which a web application receives the webhooks of Visma.</summary>
public static class VismaWebhookEndpointRouteBuilderExtensions
{
    /// <summary>Maps an endpoint for webhooks: POST with a signature of one of the secrets. The handler is called once for each event.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, as in the subscription in the Visma Developer Portal.</param>
    /// <param name="handler">
    /// Handles an event, or stores it for later. After that, Visma is answered 200. If it throws an exception, Visma is answered 500 and sends the event
    /// again. Its cancellation token is cancelled after <see cref="VismaWebhookEndpointOptions.HandlerTimeout"/>.
    /// </param>
    /// <param name="configure">Sets the options. Default: the secrets of the settings (<see cref="WebhookOptions.Secrets"/>).</param>
    /// <returns>A builder for conventions. Authorization is switched off, because the signature says who sends.</returns>
    /// <remarks>
    /// <para>
    /// The signature is checked before anything is parsed. An event that another process is handling, or has handled, is recognised through the token
    /// cache (<see cref="SharedClaims"/>), so with a cache in a database each event is handled by one process of the fleet. After a crash during the
    /// handler, the event is handled again: make the handling repeatable.
    /// </para>
    /// <para>docs/webhooks.md lists every status.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException"><c>AddVismaConnect</c> was not called.</exception>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There is no secret, or one is wrong.</exception>
    public static IEndpointConventionBuilder MapVismaWebhook(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<WebhookEvent, CancellationToken, Task> handler,
        Action<VismaWebhookEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return WebhookMapping.Map(
            endpoints,
            pattern,
            scopes => new DelegateWebhookHandler(scopes, (received, _, cancellation) => handler(received, cancellation)),
            configure);
    }

    /// <summary>Maps an endpoint for webhooks whose handler uses services of the container.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, as in the subscription in the Visma Developer Portal.</param>
    /// <param name="handler">Handles an event, with the services of a scope of its own.</param>
    /// <param name="configure">Sets the options. Default: the secrets of the settings (<see cref="WebhookOptions.Secrets"/>).</param>
    /// <returns>A builder for conventions. Authorization is switched off, because the signature says who sends.</returns>
    /// <inheritdoc cref="MapVismaWebhook(IEndpointRouteBuilder, string, Func{WebhookEvent, CancellationToken, Task}, Action{VismaWebhookEndpointOptions}?)"/>
    public static IEndpointConventionBuilder MapVismaWebhook(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handler,
        Action<VismaWebhookEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return WebhookMapping.Map(endpoints, pattern, scopes => new DelegateWebhookHandler(scopes, handler), configure);
    }

    /// <summary>Maps an endpoint for webhooks whose handler is a class of the container.</summary>
    /// <typeparam name="THandler">The class, which is registered, for example with <c>AddScoped</c>. It gets a scope of its own for each event.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, as in the subscription in the Visma Developer Portal.</param>
    /// <param name="configure">Sets the options. Default: the secrets of the settings (<see cref="WebhookOptions.Secrets"/>).</param>
    /// <returns>A builder for conventions. Authorization is switched off, because the signature says who sends.</returns>
    /// <exception cref="InvalidOperationException"><c>AddVismaConnect</c> was not called, or the class is not registered.</exception>
    /// <inheritdoc cref="MapVismaWebhook(IEndpointRouteBuilder, string, Func{WebhookEvent, CancellationToken, Task}, Action{VismaWebhookEndpointOptions}?)"/>
    public static IEndpointConventionBuilder MapVismaWebhook<THandler>(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Action<VismaWebhookEndpointOptions>? configure = null)
        where THandler : class, IVismaWebhookHandler
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(THandler)) == false)
        {
            throw new InvalidOperationException($"{typeof(THandler)} is not registered. Add builder.Services.AddScoped<{typeof(THandler).Name}>().");
        }

        return WebhookMapping.Map(endpoints, pattern, scopes => new ScopedWebhookHandler<THandler>(scopes), configure);
    }
}
