using System.Reflection;

namespace Visma.Connect.Sdk;

internal static partial class PrimaryHandlerSecurity
{
    public static HttpMessageHandler CreateForTokenRequests() => new HttpClientHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
    };

    // This target has no HttpClient.Send, but the runtime it runs on may: it would pass every handler of ours by.
    public static HttpMessageHandler WithoutSynchronousSend(HttpMessageHandler handler) => handler is AsynchronousHandler ? handler : new AsynchronousHandler(handler);

    // By name, because SocketsHttpHandler, the usual transport on newer runtimes, is no type of this target.
    private static bool TryTurnOff(HttpMessageHandler handler) =>
        handler is AsynchronousHandler
        || (TryTurnOff(handler, nameof(HttpClientHandler.AllowAutoRedirect)) && TryTurnOff(handler, nameof(HttpClientHandler.UseCookies)));

    private static bool TryTurnOff(HttpMessageHandler handler, string name)
    {
        PropertyInfo? property = handler.GetType().GetProperty(name, typeof(bool));
        if (property is not { CanRead: true, CanWrite: true })
        {
            return false;
        }

        // Read before it is written: a shared handler that is in use, and already as wanted, is fine.
        if (property.GetValue(handler) is true)
        {
            try
            {
                property.SetValue(handler, false);
            }
            catch (TargetInvocationException inUse) when (inUse.InnerException is InvalidOperationException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Not a DelegatingHandler: the synchronous Send that it inherits is NotSupportedException.</summary>
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
