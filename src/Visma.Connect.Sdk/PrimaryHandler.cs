namespace Visma.Connect.Sdk;

/// <summary>The transport below everything else, which must follow no redirect by itself: it would take tokens and secrets along unseen.</summary>
internal static partial class PrimaryHandler
{
    /// <summary>Turns redirects off, in the handler or in the one that it wraps.</summary>
    /// <returns>False when the kind of handler is unknown, or it has been in use and cannot be changed any more.</returns>
    public static bool TryDisableRedirects(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        try
        {
            return TryDisable(handler);
        }
        catch (InvalidOperationException)
        {
            // "Properties can only be modified before sending the first request."
            return false;
        }
    }
}
