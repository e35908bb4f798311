using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Changes how the library that <c>AddVismaConnect</c> registered works.</summary>
public static class VismaConnectBuilderExtensions
{
    /// <summary>
    /// Configures the HttpClient that sends token requests, for example its proxy or its certificates, with
    /// <c>ConfigurePrimaryHttpMessageHandler</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddVismaConnect</c> returned.</param>
    /// <param name="configure">Configures the HttpClient. Runs at once.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// Handlers and loggers that are added to this HttpClient are removed again: a handler that retries would spend a one-time refresh token
    /// twice, and a logger would see the client secret. A primary handler that may follow redirects is refused when it is first used, with an
    /// <see cref="InvalidOperationException"/>; see <see cref="VismaTokenHttpClientBuilderExtensions.AssumePrimaryHandlerNeverRedirects"/>.
    /// </remarks>
    public static VismaConnectBuilder ConfigureTokenRequests(this VismaConnectBuilder builder, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Services.AddHttpClient(TokenHttpClientDefaults.Name));
        return builder;
    }
}
