using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Makes an HttpClient keep the limits of Visma's APIs.</summary>
public static class VismaResilienceHttpClientBuilderExtensions
{
    /// <summary>
    /// Makes an HttpClient with <c>AddVismaToken</c> wait while its API allows no calls, and send again what surely was not processed: a call that the API
    /// refused because of its limit, a call whose connection was never opened, and a GET or HEAD after 408, 5xx and network errors.
    /// </summary>
    /// <param name="builder">An HttpClient with <c>AddVismaToken</c>, before or after this call.</param>
    /// <param name="configure">Changes the options. Default: see <see cref="VismaResilienceOptions"/>.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// <para>
    /// The budgets are those that the API counts (<see cref="VismaApi.RateLimits"/>): the exhausted budget of one company holds no call of another one. A call
    /// that would wait longer than <see cref="VismaResilienceOptions.MaxWait"/> fails with a <see cref="VismaRateLimitException"/>, whose
    /// <see cref="VismaRateLimitException.RetryAt"/> says when to try again. Inject <see cref="VismaRateLimits"/> to read the budgets.
    /// </para>
    /// <para>
    /// The handler is next to the handler that attaches the token, inside all handlers of the application, whatever the order of registration: a resilience
    /// handler of another library is outside. The synchronous <c>HttpClient.Send</c> throws a <see cref="NotSupportedException"/>. The HttpClient cannot be
    /// created without <c>AddVismaToken</c> (<see cref="InvalidOperationException"/>) or with wrong options (<see cref="OptionsValidationException"/>).
    /// </para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The builder is the one of <c>ConfigureHttpClientDefaults</c>.</exception>
    public static IHttpClientBuilder AddVismaResilience(this IHttpClientBuilder builder, Action<VismaResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Name is not { } name)
        {
            throw new InvalidOperationException("The limits are those of one API, and not of all HttpClients. Call AddVismaResilience on the builder that "
                + "AddHttpClient returns.");
        }

        if (configure is not null)
        {
            builder.Services.Configure(name, configure);
        }

        if (builder.Services.Any(service => (service.ImplementationInstance as ResilienceRegistration)?.HttpClientName == name))
        {
            return builder;
        }

        LibraryRegistration.AddTo(builder.Services);
        builder.Services.TryAddSingleton<Budgets>();
        builder.Services.TryAddSingleton<VismaRateLimits>(provider => provider.GetRequiredService<Budgets>());
        // TokenHandlersFilter adds its handlers, next to the one that attaches the token.
        builder.Services.AddSingleton(new ResilienceRegistration(name, CreateHandlers));
        return builder.ConfigureHttpClient((provider, _) => RequireTokens(provider, name));
    }

    private static void RequireTokens(IServiceProvider provider, string name)
    {
        if (provider.GetRequiredService<TokenRegistrations>().Find(name) is null)
        {
            throw new InvalidOperationException(
                $"HttpClient '{name}' has AddVismaResilience, but no AddVismaToken, so its API and its limits are not known. "
                + "Add AddVismaToken(VismaApi..., client), or remove AddVismaResilience.");
        }
    }

    private static IEnumerable<DelegatingHandler> CreateHandlers(IServiceProvider provider, TokenRegistration tokens)
    {
        VismaResilienceOptions options = provider.GetRequiredService<IOptionsMonitor<VismaResilienceOptions>>().Get(tokens.HttpClientName);
        string[] faults = [.. options.Faults(tokens.HttpClientName)];
        if (faults.Length > 0)
        {
            throw new OptionsValidationException(tokens.HttpClientName, typeof(VismaResilienceOptions), faults);
        }

        VismaApi api = tokens.FindApi(provider.GetRequiredService<LiveSettings>().Current)!;
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        GuardedLogger logger = provider.GetRequiredService<GuardedLogger>();
        if (FaultRetries.CreateHandler(api, options, time, logger) is { } retries)
        {
            yield return retries;
        }

        yield return new ResilienceHandler(
            api,
            TokenKey.ForClient(tokens.Client),
            options,
            provider.GetRequiredService<Budgets>(),
            provider.GetRequiredService<Signals>(),
            time,
            logger);
    }
}
