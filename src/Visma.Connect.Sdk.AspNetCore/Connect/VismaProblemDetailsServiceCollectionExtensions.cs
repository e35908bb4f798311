using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Visma.Connect.Sdk;

/// <summary>Makes the exceptions of the library useful answers of a web application.</summary>
public static class VismaProblemDetailsServiceCollectionExtensions
{
    /// <summary>
    /// Answers the exceptions of the library with ProblemDetails (RFC 9457), without any secret: <see cref="ReauthorizationRequiredException"/> with 409,
    /// <see cref="VismaRateLimitException"/> with 503, a transient <see cref="VismaConnectException"/> with 503 and others with 502. The application also
    /// needs <c>app.UseExceptionHandler()</c>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options. Default: a browser is sent to connect again.</param>
    /// <returns>The service collection.</returns>
    /// <remarks>
    /// The 503 has <c>Retry-After</c> if the time is known. A browser that opens a page (GET, and it accepts <c>text/html</c>) is redirected to connect
    /// again instead of the 409, and returns to the page after that, if <c>app.MapVismaConnect</c> is mapped.
    /// </remarks>
    public static IServiceCollection AddVismaProblemDetails(this IServiceCollection services, Action<VismaProblemDetailsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<VismaProblemDetailsOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (!services.Any(service => service.ImplementationType == typeof(VismaExceptionHandler)))
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddProblemDetails();
            services.AddExceptionHandler<VismaExceptionHandler>();
        }

        return services;
    }
}
