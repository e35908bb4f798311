using System.Reflection;

namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandler
{
    public static HttpMessageHandler CreateForTokenRequests() => new HttpClientHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    // By name, because SocketsHttpHandler, the usual transport on newer runtimes, is no type of this target.
    private static bool TryDisable(HttpMessageHandler handler)
    {
        PropertyInfo? redirects = handler.GetType().GetProperty(nameof(HttpClientHandler.AllowAutoRedirect), typeof(bool));
        if (redirects is not { CanRead: true, CanWrite: true })
        {
            return false;
        }

        // Read before it is written: a shared handler that is in use, and already as wanted, is fine.
        if (redirects.GetValue(handler) is true)
        {
            try
            {
                redirects.SetValue(handler, false);
            }
            catch (TargetInvocationException inUse) when (inUse.InnerException is InvalidOperationException)
            {
                return false;
            }
        }

        return true;
    }
}
