using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk;

/// <summary>
/// Checks the handlers of an HttpClient as IHttpClientFactory has built them: inside the handler of the library, and in the HttpClient of token
/// requests inside the factory's own handler, there is only the primary handler that <see cref="TokenHandlersFilter"/> has secured.
/// </summary>
/// <remarks>
/// An application can remove that filter, put another one before it, or build the handlers itself. So the result is checked, each time an HttpClient
/// is created or a token request is sent (docs/decisions/007).
/// </remarks>
internal sealed class FinishedHandlers
{
    private readonly ConditionalWeakTable<HttpMessageHandler, object> _secured = new();

    /// <summary>Adds a primary handler whose redirects and cookies are off.</summary>
    public void AddSecured(HttpMessageHandler primary) => _secured.GetOrCreateValue(primary);

    /// <summary>Returns the handlers that the factory has built for this name.</summary>
    /// <exception cref="InvalidOperationException">The handlers of this name are not as the library needs them.</exception>
    public HttpMessageHandler Require(IHttpMessageHandlerFactory factory, string name)
    {
        HttpMessageHandler handler = factory.CreateHandler(name);
        if (!AreSecure(name, handler))
        {
            throw new InvalidOperationException(
                $"HttpClient '{name}' was built without the handlers of Visma.Connect.Sdk, or with other handlers inside them: tokens would be missing, or "
                + "secrets would be logged, sent again or redirected. Keep the library's IHttpMessageHandlerBuilderFilter, and keep it the first one. "
                + "To silence the logs of HttpClient, call RemoveAllLoggers() of Microsoft.Extensions.Http on its builder, or for all of them "
                + "services.ConfigureHttpClientDefaults(http => http.RemoveAllLoggers()), instead of RemoveAll<IHttpMessageHandlerBuilderFilter>().");
        }

        return handler;
    }

    private bool AreSecure(string name, HttpMessageHandler handler)
    {
        if (name == TokenRequestTransport.Name)
        {
            return IsSecuredInside(handler);
        }

        while (handler is DelegatingHandler { InnerHandler: { } inner } and not BearerTokenHandler)
        {
            handler = inner;
        }

        return handler is BearerTokenHandler && IsSecuredInside(handler);
    }

    private bool IsSecuredInside(HttpMessageHandler handler) =>
        handler is DelegatingHandler { InnerHandler: { } inner } && _secured.TryGetValue(inner, out _);
}
