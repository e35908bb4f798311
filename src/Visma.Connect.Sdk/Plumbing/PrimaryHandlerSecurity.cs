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
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        try
        {
            return TryTurnOff(handler);
        }
        catch (InvalidOperationException)
        {
            // "Properties can only be modified before sending the first request."
            return false;
        }
    }
}
