using System.Net;

namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandlerSecurity
{
    public static HttpMessageHandler CreateForTokenRequests() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ActivityHeadersPropagator = null,
    };

    /// <summary>Keeps the messages from diagnostic listeners, which would get them with their headers and bodies.</summary>
    public static void HideFromDiagnostics(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets)
        {
            // Without a propagator, the transport writes no diagnostic events.
            sockets.ActivityHeadersPropagator = null;
        }
    }

    // The handlers of this target override Send.
    public static HttpMessageHandler WithoutSynchronousSend(HttpMessageHandler handler) => handler;

    private static void ReplaceProxyOfSystem(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler { UseProxy: true, Proxy: null } sockets:
                sockets.Proxy = ProxyOfSystem(sockets.DefaultProxyCredentials);
                break;
            case HttpClientHandler { UseProxy: true, Proxy: null } client:
                client.Proxy = ProxyOfSystem(client.DefaultProxyCredentials);
                break;
        }
    }

    private static ProxyBesidesLoopback ProxyOfSystem(ICredentials? credentials) => new(() => HttpClient.DefaultProxy, credentials);

    // Reads before it writes, because a handler that has sent a request throws on each write.
    private static bool TryTurnOff(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler { AllowAutoRedirect: false, UseCookies: false } or HttpClientHandler { AllowAutoRedirect: false, UseCookies: false }:
                return true;
            case SocketsHttpHandler sockets:
                sockets.AllowAutoRedirect = false;
                sockets.UseCookies = false;
                return true;
            case HttpClientHandler client:
                client.AllowAutoRedirect = false;
                client.UseCookies = false;
                return true;
            default:
                return false;
        }
    }
}
