using System.Net;

namespace Visma.Connect.Sdk.ColdStart;

/// <summary>An API that answers at once, or later: after the send has returned, on the same thread, so that no thread pool is measured.</summary>
internal sealed class StubApi(bool isLater) : HttpMessageHandler
{
    private TaskCompletionSource<HttpResponseMessage>? _pending;

    /// <summary>Answers the pending request, if there is one.</summary>
    public void Answer()
    {
        TaskCompletionSource<HttpResponseMessage>? pending = Interlocked.Exchange(ref _pending, null);
        pending?.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!isLater)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }

        TaskCompletionSource<HttpResponseMessage> pending = new();
        Volatile.Write(ref _pending, pending);
        return pending.Task;
    }
}
