namespace Visma.Connect.Sdk;

/// <summary>
/// The transport below everything else. It must follow no redirect by itself, which would take tokens and secrets along unseen, and keep
/// no cookies, which would take one company's session to the next.
/// </summary>
internal static partial class PrimaryHandlerSecurity
{
    /// <summary>Turns redirects and cookies off, in the handler or in the one that it wraps.</summary>
    /// <returns>False when the kind of handler is unknown, or it has been in use and cannot be changed any more.</returns>
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
