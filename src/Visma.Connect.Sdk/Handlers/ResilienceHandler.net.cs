namespace Visma.Connect.Sdk;

internal sealed partial class ResilienceHandler
{
    // HttpClient.Send bypasses SendAsync, and would be sent although the API allows no calls. A wait would block the thread.
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException(
        "An HttpClient with AddVismaResilience waits, which the synchronous HttpClient.Send cannot do. Use SendAsync, or another HttpClient.");
}
