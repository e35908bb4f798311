using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// Completes the handlers of each HttpClient with tokens: the handler of its <see cref="TokenRegistration"/> becomes the innermost one, and that of its
/// <see cref="ResilienceRegistration"/>, if it has one, the next. The HttpClient of token requests keeps no handler but the primary one.
/// </summary>
/// <remarks>
/// IHttpClientFactory adds the loggers and filters of the application after every handler. Only a filter, and only the first one, runs after all of
/// them, so that no code but the transport sees a token or a secret (docs/decisions/007). <see cref="FinishedHandlers"/> checks the result.
/// </remarks>
internal sealed class TokenHandlersFilter(
    TokenRegistrations registrations,
    IEnumerable<ResilienceRegistration> resilience,
    IEnumerable<TrustedPrimaryHandler> trusted,
    FinishedHandlers finished) : IHttpMessageHandlerBuilderFilter
{
    private readonly Dictionary<string, ResilienceRegistration> _resilience = resilience.ToDictionary(one => one.HttpClientName, StringComparer.Ordinal);
    private readonly HashSet<string> _trusted = [.. trusted.Select(primary => primary.HttpClientName)];

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name == TokenRequestTransport.Name)
        {
            builder.AdditionalHandlers.Clear();
            PrimaryHandlerSecurity.HideFromDiagnostics(builder.PrimaryHandler);
            Secure(builder, AddressesOfServers(SettingsOf(builder)));
        }
        else if (builder.Name is { } name && registrations.Find(name) is { } registration)
        {
            DelegatingHandler handler = registration.CreateHandler(builder.Services);
            VismaApi? api = registration.FindApi(SettingsOf(builder));
            Secure(builder, api is null ? [] : [api.BaseAddress, .. api.Origins]);
            if (_resilience.TryGetValue(name, out ResilienceRegistration? limited))
            {
                foreach (DelegatingHandler resilience in limited.CreateHandlers(builder.Services, registration))
                {
                    builder.AdditionalHandlers.Add(resilience);
                }
            }

            builder.AdditionalHandlers.Add(handler);
        }
    };

    private static VismaConnectOptions SettingsOf(HttpMessageHandlerBuilder builder) => builder.Services.GetRequiredService<LiveSettings>().Current;

    private static IEnumerable<Uri?> AddressesOfServers(VismaConnectOptions settings) =>
        settings.Clients.Values.SelectMany(client => TokenRequestTransport.AddressesOf(settings.FindAuthority(client.Authority)));

    private void Secure(HttpMessageHandlerBuilder builder, IEnumerable<Uri?> addresses)
    {
        if (!PrimaryHandlerSecurity.TrySecure(builder.PrimaryHandler) && !_trusted.Contains(builder.Name!))
        {
            throw new InvalidOperationException(
                $"HttpClient '{builder.Name}' has a primary handler, {builder.PrimaryHandler.GetType().Name}, that may follow redirects and send tokens "
                + "or secrets along. "
                + "This cannot be switched off, or not any more. Use SocketsHttpHandler with AllowAutoRedirect and UseCookies set to false. If the "
                + "handler never redirects, for "
                + $"example a test double, call {nameof(VismaTokenHttpClientBuilderExtensions.AssumePrimaryHandlerNeverRedirects)}().");
        }

        PrimaryHandlerSecurity.BypassProxyOnLoopback(builder.PrimaryHandler, addresses);
        builder.PrimaryHandler = PrimaryHandlerSecurity.WithoutSynchronousSend(builder.PrimaryHandler);
        finished.AddSecured(builder.PrimaryHandler);
    }
}
