namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandlerSecurity
{
    public static HttpMessageHandler CreateForTokenRequests() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    // The handlers of this target override Send.
    public static HttpMessageHandler WithoutSynchronousSend(HttpMessageHandler handler) => handler;

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
