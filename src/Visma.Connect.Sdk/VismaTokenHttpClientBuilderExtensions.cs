using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Makes an HttpClient of <c>IHttpClientFactory</c> send Visma's tokens.</summary>
public static class VismaTokenHttpClientBuilderExtensions
{
    /// <summary>Makes the HttpClient send the tokens of a client to an API.</summary>
    /// <param name="builder">An HttpClient by name or type: <c>services.AddHttpClient&lt;ErpClient&gt;()</c>.</param>
    /// <param name="api">The API that it calls. An entry of the same name in <see cref="VismaConnectOptions.Apis"/> counts instead.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens it takes.</param>
    /// <returns>The HttpClient.</returns>
    /// <remarks>
    /// Sets the base address where there is none; turns automatic redirects of the primary handler off and follows those within the API's
    /// origins itself; turns its cookies off, which would take one company's session to the next. The handler is the innermost one:
    /// handlers and loggers of the application do not see the token. A request for another origin, or one that names no tenant
    /// where there must be one, is an <see cref="InvalidOperationException"/> before anything is sent; so is a primary handler
    /// whose redirects cannot be turned off. Wrong settings are an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> when the host starts, else when the HttpClient is made.
    /// </remarks>
    /// <exception cref="ArgumentException">The name of the client is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The builder is that of the defaults of all HttpClients.</exception>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, VismaApi api, string client)
    {
        ArgumentNullException.ThrowIfNull(api);
        return builder.AddVismaToken(api.Name, api, client);
    }

    /// <summary>Makes the HttpClient send the tokens of a client to an API of the settings.</summary>
    /// <param name="builder">An HttpClient by name or type.</param>
    /// <param name="api">The name of an entry in <see cref="VismaConnectOptions.Apis"/>, or of a built-in API.</param>
    /// <param name="client">The name of the client in <see cref="VismaConnectOptions.Clients"/> whose tokens it takes.</param>
    /// <returns>The HttpClient.</returns>
    /// <exception cref="ArgumentException">A name is null, empty or white space.</exception>
    /// <exception cref="InvalidOperationException">The builder is that of the defaults of all HttpClients.</exception>
    public static IHttpClientBuilder AddVismaToken(this IHttpClientBuilder builder, string api, string client)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(api);
        return builder.AddVismaToken(api, null, client);
    }

    /// <summary>
    /// Vouches for a primary handler of a kind the library does not know, such as a test double: it never follows a redirect by itself.
    /// </summary>
    /// <param name="builder">An HttpClient with <c>AddVismaToken</c>, or the one of <c>ConfigureTokenRequests</c>.</param>
    /// <returns>The HttpClient.</returns>
    /// <exception cref="InvalidOperationException">The builder is that of the defaults of all HttpClients.</exception>
    public static IHttpClientBuilder AssumePrimaryHandlerNeverRedirects(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Name is null)
        {
            throw new InvalidOperationException("One primary handler can be vouched for at a time, not those of all HttpClients.");
        }

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

        TokenRegistration registration = new(name, apiName, api, client);
        LibraryRegistration.AddTo(builder.Services);
        builder.Services.Configure<VismaConnectOptions>(options => options.Registrations.Add(registration));
        builder.Services.Configure<VismaTokenOptions>(name, options => options.CarriesTokens = true);
        // Reading the settings checks them: what is wrong is told here at the latest, before a request is made.
        return builder.ConfigureHttpClient((provider, http) =>
            http.BaseAddress ??= provider.GetRequiredService<LiveSettings>().Current.FindApi(apiName, api)!.BaseAddress);
    }
}
