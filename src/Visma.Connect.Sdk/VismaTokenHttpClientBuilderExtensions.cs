using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Has an HttpClient of <c>IHttpClientFactory</c> carry Visma's tokens.</summary>
public static class VismaTokenHttpClientBuilderExtensions
{
    /// <summary>Has the HttpClient carry tokens for an API.</summary>
    /// <param name="builder">An HttpClient by name or type: <c>services.AddHttpClient&lt;ErpClient&gt;()</c>.</param>
    /// <param name="api">The API that it calls. An entry of the same name in <see cref="VismaConnectOptions.Apis"/> counts instead.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens it takes.</param>
    /// <remarks>
    /// Sets the base address where there is none, turns the automatic redirects of the primary handler off and follows those within the
    /// API's origins itself, and keeps the token out of HttpClient's own logs. The handler is the innermost one: whatever else is
    /// registered sees neither the token nor a request that was not checked. A request for another origin, or one that names no tenant
    /// where there must be one, is an <see cref="InvalidOperationException"/> before anything is sent; so is a primary handler
    /// whose redirects cannot be turned off.
    /// </remarks>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, VismaApi api, string client)
    {
        ArgumentNullException.ThrowIfNull(api);
        return builder.AddVismaToken(api.Name, api, client);
    }

    /// <summary>Has the HttpClient carry tokens for an API of the settings.</summary>
    /// <param name="builder">An HttpClient by name or type.</param>
    /// <param name="api">The name of an entry in <see cref="VismaConnectOptions.Apis"/>, or of a built-in API.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens it takes.</param>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, string api, string client)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(api);
        return builder.AddVismaToken(api, null, client);
    }

    /// <summary>
    /// Vouches for a primary handler of a kind the library does not know, such as a test double: it never follows a redirect by itself.
    /// </summary>
    /// <param name="builder">An HttpClient with <c>AddVismaToken</c>.</param>
    public static IHttpClientBuilder PrimaryHandlerNeverRedirects(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<VismaTokenOptions>(builder.Name, options => options.PrimaryHandlerNeverRedirects = true);
        return builder;
    }

    private static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, string apiName, VismaApi? api, string client)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        if (builder.Name is not { } name)
        {
            throw new InvalidOperationException("Tokens are for one HttpClient at a time, not for the defaults of all. Call AddVismaToken on that of AddHttpClient.");
        }

        TokenUse use = new(name, apiName, api, client);
        builder.Services.AddServices();
        builder.Services.Configure<VismaConnectOptions>(options => options.Uses.Add(use));
        builder.Services.Configure<VismaTokenOptions>(name, options => options.Use = options.Use is null
            ? use
            : throw new InvalidOperationException($"AddVismaToken was called twice for HttpClient '{name}'. Use an HttpClient of another name for the other API or client."));
        builder.Services.PostConfigure<HttpClientFactoryOptions>(name, options =>
        {
            options.RedactAuthorization();
            options.HttpMessageHandlerBuilderActions.Add(handlers => AddHandler(handlers, use));
        });
        return builder.ConfigureHttpClient((provider, http) => http.BaseAddress ??= FindApi(Settings(provider), use).BaseAddress);
    }

    private static void AddHandler(HttpMessageHandlerBuilder builder, TokenUse use)
    {
        IServiceProvider provider = builder.Services;
        VismaConnectOptions settings = Settings(provider);
        VismaTokenOptions token = provider.GetRequiredService<IOptionsMonitor<VismaTokenOptions>>().Get(use.HttpClientName);
        VismaConnectServiceCollectionExtensions.RequireNoRedirects(builder, "Requests with tokens", token.PrimaryHandlerNeverRedirects);
        VismaApi api = FindApi(settings, use);
        TokenKey ofClient = TokenKey.ForClient(use.Client);
        builder.AdditionalHandlers.Add(new BearerTokenHandler(
            api,
            settings.Clients[use.Client].Scopes.Count > 0 ? ofClient : ofClient.WithScopes(api.ServiceScopes),
            provider.GetRequiredService<ITokenSource>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category)));
    }

    // Reading them checks them: wrong settings are told here at the latest, before a request is made.
    private static VismaConnectOptions Settings(IServiceProvider provider) =>
        provider.GetRequiredService<IOptionsMonitor<VismaConnectOptions>>().CurrentValue;

    private static VismaApi FindApi(VismaConnectOptions settings, TokenUse use) => settings.FindApi(use.ApiName, use.Api)!;
}
