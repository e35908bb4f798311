using System.Net;
using System.Reflection;

namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandlerSecurity
{
    public static HttpMessageHandler CreateForTokenRequests() => new HttpClientHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    /// <summary>Keeps the messages from diagnostic listeners, which would get them with their headers and bodies.</summary>
    public static void HideFromDiagnostics(HttpMessageHandler handler) =>
        // Without a propagator, the transport writes no diagnostic events.
        handler.GetType().GetProperty("ActivityHeadersPropagator")?.SetValue(handler, null);

    // This target has no HttpClient.Send, but the runtime may have it. It would bypass each handler of the library.
    public static HttpMessageHandler WithoutSynchronousSend(HttpMessageHandler handler) =>
        handler is AsynchronousHandler ? handler : new AsynchronousHandler(handler);

    // By name, because this target does not have SocketsHttpHandler, the usual transport of newer runtimes.
    private static bool TryTurnOff(HttpMessageHandler handler) =>
        handler is AsynchronousHandler
        || (TryTurnOff(handler, nameof(HttpClientHandler.AllowAutoRedirect)) && TryTurnOff(handler, nameof(HttpClientHandler.UseCookies)));

    private static void ReplaceProxyOfSystem(HttpMessageHandler handler)
    {
        Type type = handler.GetType();
        if (type.GetProperty(nameof(HttpClientHandler.Proxy), typeof(IWebProxy)) is { CanWrite: true } property
            && property.GetValue(handler) is null
            && type.GetProperty(nameof(HttpClientHandler.UseProxy), typeof(bool))?.GetValue(handler) is true)
        {
            ICredentials? credentials = type.GetProperty(nameof(HttpClientHandler.DefaultProxyCredentials))?.GetValue(handler) as ICredentials;
            TrySet(property, handler, new ProxyBesidesLoopback(ProxyOfSystem, credentials));
        }
    }

    // Newer runtimes have HttpClient.DefaultProxy.
    private static IWebProxy? ProxyOfSystem() =>
        typeof(HttpClient).GetProperty("DefaultProxy")?.GetValue(null) as IWebProxy ?? WebRequest.DefaultWebProxy;

    private static bool TryTurnOff(HttpMessageHandler handler, string name)
    {
        PropertyInfo? property = handler.GetType().GetProperty(name, typeof(bool));
        if (property is not { CanRead: true, CanWrite: true })
        {
            return false;
        }

        // Reads before it writes, because a handler that has sent a request throws on each write.
        return property.GetValue(handler) is not true || TrySet(property, handler, false);
    }

    // False if the handler has sent a request, and can no longer be changed.
    private static bool TrySet(PropertyInfo property, HttpMessageHandler handler, object value)
    {
        try
        {
            property.SetValue(handler, value);
            return true;
        }
        catch (TargetInvocationException inUse) when (inUse.InnerException is InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Throws NotSupportedException from the synchronous Send, as each HttpMessageHandler does that does not override it.</summary>
    private sealed class AsynchronousHandler(HttpMessageHandler handler) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(handler);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _inner.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
