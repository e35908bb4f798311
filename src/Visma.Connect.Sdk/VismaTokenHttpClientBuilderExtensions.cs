using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Makes an HttpClient of <c>IHttpClientFactory</c> send Visma's tokens.</summary>
public static class VismaTokenHttpClientBuilderExtensions
{
    /// <summary>Makes the HttpClient send the tokens of a client to an API.</summary>
    /// <param name="builder">A named or typed HttpClient, for example <c>services.AddHttpClient&lt;ErpClient&gt;()</c>.</param>
    /// <param name="api">The API that the HttpClient calls. An entry of the same name in <see cref="VismaConnectOptions.Apis"/> overrides it.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens the HttpClient sends.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// <para>
    /// Sets the base address, unless it is set. Switches off the automatic redirects and the cookies of the primary handler: redirects within
    /// the API's origins are followed here instead, and a cookie would carry the session of one company into the requests of another.
    /// </para>
    /// <para>
    /// The handler that attaches the token is the innermost one: no handler and no logger of the application sees the token. An
    /// <see cref="InvalidOperationException"/> is thrown before anything is sent if a request goes to a foreign origin, or names no tenant where
    /// one is required. One is also thrown when the HttpClient is created, if the redirects of its primary handler cannot be switched off, or if the
    /// application has removed or preceded the <c>IHttpMessageHandlerBuilderFilter</c> of the library. If the settings are wrong, an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> is thrown when the host starts, or without a host when the HttpClient is
    /// created.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">The name of the client is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The builder is the one of <c>ConfigureHttpClientDefaults</c>.</exception>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, VismaApi api, string client)
    {
        ArgumentNullException.ThrowIfNull(api);
        return builder.AddVismaToken(api.Name, api, client);
    }

    /// <summary>
    /// Makes the HttpClient send the tokens of a client to an API of the settings, as
    /// <see cref="AddVismaToken(IHttpClientBuilder, VismaApi, string)"/> does.
    /// </summary>
    /// <param name="builder">A named or typed HttpClient.</param>
    /// <param name="api">The name of an entry in <see cref="VismaConnectOptions.Apis"/>, or of a built-in API.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens the HttpClient sends.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The builder is the one of <c>ConfigureHttpClientDefaults</c>.</exception>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, string api, string client)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(api);
        return builder.AddVismaToken(api, null, client);
    }

    /// <summary>
    /// States that the primary handler of the HttpClient never follows a redirect by itself, for a kind of handler that the library cannot check, such
    /// as a test double.
    /// </summary>
    /// <param name="builder">
    /// An HttpClient with <c>AddVismaToken</c>, or the one of <see cref="VismaConnectBuilderExtensions.ConfigureTokenRequests"/>.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The builder is the one of <c>ConfigureHttpClientDefaults</c>.</exception>
    public static IHttpClientBuilder AssumePrimaryHandlerNeverRedirects(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Name is null)
        {
            throw new InvalidOperationException("This can be stated for the primary handler of one HttpClient at a time, and not for the defaults of all "
                + "HttpClients.");
        }

        builder.Services.AddSingleton(new TrustedPrimaryHandler(builder.Name));
        return builder;
    }

    private static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, string apiName, VismaApi? api, string client)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        if (builder.Name is not { } name)
        {
            throw new InvalidOperationException("Tokens are for one HttpClient at a time, and not for the defaults of all HttpClients. Call "
                + "AddVismaToken on the builder that AddHttpClient returns.");
        }

        LibraryRegistration.AddTo(builder.Services);
        // TokenHandlersFilter adds its handler, after every other handler of the HttpClient.
        TokenRegistration registration = new(name, apiName, api, client, CreateHandler);
        builder.Services.AddSingleton(registration);
        // To read the settings validates them: if they are wrong, this throws before a request is sent.
        return builder.ConfigureHttpClient((provider, http) =>
        {
            BoundServices.CountClient();
            provider.GetRequiredService<FinishedHandlers>().Require(provider.GetRequiredService<IHttpMessageHandlerFactory>(), name);
            http.BaseAddress ??= registration.FindApi(provider.GetRequiredService<LiveSettings>().Current)!.BaseAddress;
        });
    }

    private static BearerTokenHandler CreateHandler(IServiceProvider provider, TokenRegistration registration)
    {
        VismaConnectOptions settings = provider.GetRequiredService<LiveSettings>().Current;
        VismaApi api = registration.FindApi(settings)!;
        return new BearerTokenHandler(
            api,
            settings.FindAuthority(api.Authority)!.IsLegacy ? new VniHeaders(api) : null,
            TokenKey.ForClient(registration.Client),
            provider.GetRequiredService<ITokenSource>(),
            new CallerMistakes(api, registration, provider.GetRequiredService<GuardedLogger>()),
            provider.GetRequiredService<GuardedLogger>());
    }
}
