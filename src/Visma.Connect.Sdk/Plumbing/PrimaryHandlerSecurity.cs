namespace Visma.Connect.Sdk;

/// <summary>
/// Secures the transport below all other handlers. It must not follow redirects, which would forward tokens and secrets without a check, and
/// must not keep cookies, which would carry one company's session into another company's requests.
/// </summary>
internal static partial class PrimaryHandlerSecurity
{
    /// <summary>Turns redirects and cookies off, in the handler or in the handler that it wraps.</summary>
    /// <returns>False if the kind of handler is unknown, or if it has sent a request and can no longer be changed.</returns>
    public static bool TrySecure(HttpMessageHandler handler)
    {
        try
        {
            return TryTurnOff(InnermostOf(handler));
        }
        catch (InvalidOperationException)
        {
            // "Properties can only be modified before sending the first request."
            return false;
        }
    }

    /// <summary>Keeps requests to this machine from the proxy of the system. A proxy that the application has chosen is left alone.</summary>
    public static void BypassProxyOnLoopback(HttpMessageHandler handler)
    {
        try
        {
            ReplaceProxyOfSystem(InnermostOf(handler));
        }
        catch (InvalidOperationException)
        {
            // The handler has sent a request, and can no longer be changed.
        }
    }

    private static HttpMessageHandler InnermostOf(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        return handler;
    }
}
