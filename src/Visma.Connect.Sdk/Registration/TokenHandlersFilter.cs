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
    private readonly ResilienceRegistration[] _resilience = resilience.ToArray();
    private readonly TrustedPrimaryHandler[] _trusted = trusted.ToArray();

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name == TokenRequestTransport.Name)
        {
            builder.AdditionalHandlers.Clear();
            PrimaryHandlerSecurity.HideFromDiagnostics(builder.PrimaryHandler);
            Secure(builder, HasServerOnLoopback(SettingsOf(builder)));
        }
        else if (builder.Name is { } name && registrations.Find(name) is { } registration)
        {
            DelegatingHandler handler = registration.CreateHandler(builder.Services);
            VismaApi? api = registration.FindApi(SettingsOf(builder));
            Secure(builder, api is not null && (api.BaseAddress.IsLoopback || api.Origins.Any(IsLoopback)));
            AddResilience(builder, registration);
            builder.AdditionalHandlers.Add(handler);
        }
    };

    private static VismaConnectOptions SettingsOf(HttpMessageHandlerBuilder builder) => builder.Services.GetRequiredService<LiveSettings>().Current;

    private static bool HasServerOnLoopback(VismaConnectOptions settings)
    {
        foreach (KeyValuePair<string, VismaClientOptions> client in settings.Clients)
        {
            if (TokenRequestTransport.IsOnLoopback(settings.FindAuthority(client.Value.Authority)))
            {
                return true;
            }
        }

        return false;
    }

    private void AddResilience(HttpMessageHandlerBuilder builder, TokenRegistration registration)
    {
        foreach (ResilienceRegistration limited in _resilience)
        {
            if (limited.HttpClientName == builder.Name)
            {
                foreach (DelegatingHandler handler in limited.CreateHandlers(builder.Services, registration))
                {
                    builder.AdditionalHandlers.Add(handler);
                }
            }
        }
    }

    private bool IsTrusted(string? name) => Array.Exists(_trusted, primary => primary.HttpClientName == name);

    private static bool IsLoopback(Uri origin) => origin.IsLoopback;

    private void Secure(HttpMessageHandlerBuilder builder, bool isOnLoopback)
    {
        if (!PrimaryHandlerSecurity.TrySecure(builder.PrimaryHandler) && !IsTrusted(builder.Name))
        {
            throw new InvalidOperationException(
                $"HttpClient '{builder.Name}' has a primary handler, {builder.PrimaryHandler.GetType().Name}, that may follow redirects and send tokens "
                + "or secrets along. "
                + "This cannot be switched off, or not any more. Use SocketsHttpHandler with AllowAutoRedirect and UseCookies set to false. If the "
                + "handler never redirects, for "
                + $"example a test double, call {nameof(VismaTokenHttpClientBuilderExtensions.AssumePrimaryHandlerNeverRedirects)}().");
        }

        if (isOnLoopback)
        {
            PrimaryHandlerSecurity.BypassProxyOnLoopback(builder.PrimaryHandler);
        }

        builder.PrimaryHandler = PrimaryHandlerSecurity.WithoutSynchronousSend(builder.PrimaryHandler);
        finished.AddSecured(builder.PrimaryHandler);
    }
}
