using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Completes the handlers of an HttpClient once everybody else has: of one that carries tokens the bearer handler becomes the innermost,
/// and that of token requests keeps no other handler at all.
/// </summary>
/// <remarks>
/// A filter, and the first of them, because loggers and filters of an application are added after every handler: only what runs after
/// them sees what they left. Nobody but the transport gets to see a token or a secret.
/// </remarks>
internal sealed class TokenHandlersFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name == TokenHttpClientDefaults.Name)
        {
            builder.AdditionalHandlers.Clear();
            Secure(builder);
        }
        else if (Registration(builder) is { } registration)
        {
            Secure(builder);
            builder.AdditionalHandlers.Add(CreateHandler(builder.Services, registration));
        }
    };

    private static TokenRegistration? Registration(HttpMessageHandlerBuilder builder) =>
        builder.Name is { } name && VismaTokenOptions.Of(builder.Services, name).CarriesTokens
            ? builder.Services.GetRequiredService<LiveSettings>().Current.Registrations.Single(registration => registration.HttpClientName == name)
            : null;

    private static BearerTokenHandler CreateHandler(IServiceProvider provider, TokenRegistration registration)
    {
        VismaConnectOptions settings = provider.GetRequiredService<LiveSettings>().Current;
        VismaApi api = settings.FindApi(registration.ApiName, registration.Api)!;
        return new BearerTokenHandler(
            api,
            settings.FindAuthority(api.Authority)!.IsLegacy ? new VniHeaders(api) : null,
            TokenKey.ForClient(registration.Client),
            provider.GetRequiredService<ITokenSource>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category));
    }

    private static void Secure(HttpMessageHandlerBuilder builder)
    {
        if (!PrimaryHandlerSecurity.TrySecure(builder.PrimaryHandler) && !VismaTokenOptions.Of(builder.Services, builder.Name!).PrimaryHandlerNeverRedirects)
        {
            throw new InvalidOperationException(
                $"HttpClient '{builder.Name}' has a primary handler, {builder.PrimaryHandler.GetType().Name}, that may follow redirects and take "
                + "tokens or secrets along, and cannot be told not to (or no longer). Use SocketsHttpHandler with AllowAutoRedirect and UseCookies "
                + "off; or, if it never redirects, such as a test double, say so with "
                + $"{nameof(VismaTokenHttpClientBuilderExtensions.AssumePrimaryHandlerNeverRedirects)}().");
        }

        builder.PrimaryHandler = PrimaryHandlerSecurity.WithoutSynchronousSend(builder.PrimaryHandler);
    }
}
