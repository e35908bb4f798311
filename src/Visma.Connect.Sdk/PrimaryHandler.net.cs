namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandler
{
    public static HttpMessageHandler CreateForTokenRequests() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    // Read before it is written: a shared handler that is in use, and already as wanted, is fine.
    private static bool TryDisable(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler { AllowAutoRedirect: false } or HttpClientHandler { AllowAutoRedirect: false }:
                return true;
            case SocketsHttpHandler sockets:
                sockets.AllowAutoRedirect = false;
                return true;
            case HttpClientHandler client:
                client.AllowAutoRedirect = false;
                return true;
            default:
                return false;
        }
    }
}
