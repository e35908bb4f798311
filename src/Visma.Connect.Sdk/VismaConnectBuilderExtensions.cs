using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Polly;

namespace Visma.Connect.Sdk;

/// <summary>Changes how the library that <c>AddVismaConnect</c> registered works.</summary>
public static class VismaConnectBuilderExtensions
{
    /// <summary>
    /// Configures the transport of token requests, for example its proxy or its certificates, with
    /// <c>ConfigurePrimaryHttpMessageHandler</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="configure">Configures the transport. Runs at once.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// <c>ConfigureHttpClient</c> has no effect, because token requests use no HttpClient, only its handlers. Handlers and loggers that are added are
    /// removed again: a handler that retries would spend a one-time refresh token twice, and a logger would see the client secret. A primary
    /// handler that may follow redirects is refused when it is first used, with an <see cref="InvalidOperationException"/>; see
    /// <see cref="VismaTokenHttpClientBuilderExtensions.AssumePrimaryHandlerNeverRedirects"/>.
    /// </remarks>
    public static VismaConnectBuilder ConfigureTokenRequests(this VismaConnectBuilder builder, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Services.AddHttpClient(TokenRequestTransport.Name));
        return builder;
    }

    /// <summary>Replaces the policy for requests to identity servers that may be repeated (docs/resilience.md).</summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="choose">
    /// Returns the policy of a request, or null to send it once. It gets a message with the method and the address only. Called for each request
    /// that may be repeated, and never for a code exchange or a refresh.
    /// </param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// <para>
    /// The policy must be safe for concurrent use. It sees the status and <c>Retry-After</c> of each reply, without its body. A network failure, a
    /// time-out and half a reply are an <see cref="HttpRequestException"/>. Each attempt is a new message. The time limit of the request
    /// (<see cref="VismaClientOptions.TokenRequestTimeout"/>) ends the policy. A failure whose <c>Retry-After</c> does not fit into it ends the request
    /// at once.
    /// </para>
    /// <para>The circuit breaker of the library stays. <see cref="TokenRequestOptions.Enabled"/> switches off both. The last call counts.</para>
    /// </remarks>
    public static VismaConnectBuilder UseTokenRequestPolicy(
        this VismaConnectBuilder builder,
        Func<HttpRequestMessage, IAsyncPolicy<HttpResponseMessage>?> choose)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(choose);
        builder.Services.AddSingleton(new ApplicationPolicy(choose));
        return builder;
    }

    /// <summary>Registers an observer that is notified when a connection has ended and its user has to connect again.</summary>
    /// <typeparam name="T">The observer. Registered as a scoped service, unless the application has registered it.</typeparam>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// The observer is created in a new scope for each notice, so it can use scoped services such as a DbContext. It can also use the library. To
    /// register
    /// the same type again has no effect.
    /// </remarks>
    public static VismaConnectBuilder AddReauthorizationObserver<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this VismaConnectBuilder builder)
        where T : class, IReauthorizationObserver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddScoped<T>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IReauthorizationObserver, ScopedObserver<T>>());
        return builder;
    }

    /// <summary>Registers a delegate that is called when connections have ended and their user has to connect again.</summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="observe">
    /// Handles the end, as <see cref="IReauthorizationObserver.OnReauthorizationRequiredAsync"/> does; the services are from a new scope.
    /// </param>
    /// <returns>The builder.</returns>
    public static VismaConnectBuilder OnReauthorizationRequired(
        this VismaConnectBuilder builder,
        Func<Reauthorization, IServiceProvider, CancellationToken, Task> observe)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(observe);
        builder.Services.AddSingleton<IReauthorizationObserver>(provider => new DelegateObserver(provider.GetRequiredService<IServiceScopeFactory>(), observe));
        return builder;
    }
}
