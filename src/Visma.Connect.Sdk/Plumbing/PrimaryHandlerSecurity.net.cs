namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandlerSecurity
{
    public static HttpMessageHandler CreateForTokenRequests() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    // The handlers of this target override Send themselves.
    public static HttpMessageHandler WithoutSynchronousSend(HttpMessageHandler handler) => handler;

    // Read before it is written: a shared handler that is in use, and already as wanted, is fine.
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
