using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Visma.Connect.Sdk;

/// <summary>Adds a health check of the library.</summary>
public static class HealthCheckVismaConnectBuilderExtensions
{
    /// <summary>
    /// Adds a health check: whether the token cache can be read, whether the identity servers answer, whether requests to them are held back, and how many
    /// connections need a person. No token is requested for it. Map it with <c>app.MapHealthChecks("/health")</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="tags">Tags, by which an application chooses checks for an endpoint. Default: none.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or an option is wrong.</exception>
    public static VismaConnectBuilder AddHealthCheck(
        this VismaConnectBuilder builder,
        string name = "visma-connect",
        Action<VismaHealthCheckOptions>? configure = null,
        params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        VismaHealthCheckOptions options = new();
        configure?.Invoke(options);
        Require(options);
        builder.Services.AddHttpClient(ServerProbe.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        // One instance, which remembers.
        builder.Services.AddKeyedSingleton(name, (services, _) => new VismaHealthCheck(services, options));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name,
            services => services.GetRequiredKeyedService<VismaHealthCheck>(name),
            failureStatus: null,
            tags));
        return builder;
    }

    private static void Require(VismaHealthCheckOptions options)
    {
        if (options.MostConnections <= 0 || options.TimeLimit <= TimeSpan.Zero || options.CheckEvery < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(options.MostConnections)} and {nameof(options.TimeLimit)} are greater than zero, and "
                + $"{nameof(options.CheckEvery)} is not less than zero.");
        }
    }
}
