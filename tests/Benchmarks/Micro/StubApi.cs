using System.Net;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

public enum Transport
{
    /// <summary>The response is there when the send returns.</summary>
    AtOnce,

    /// <summary>The response comes after the send has returned, as over a network; on the same thread, so no scheduler is measured.</summary>
    Later,
}

/// <summary>The transport below both clients: an API that answers 200.</summary>
internal sealed class StubApi(Transport transport) : HttpMessageHandler
{
    private TaskCompletionSource<HttpResponseMessage>? _pending;

    /// <summary>Answers the request that was sent, where that has not happened yet.</summary>
    public void Answer()
    {
        TaskCompletionSource<HttpResponseMessage>? pending = _pending;
        _pending = null;
        pending?.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (transport == Transport.AtOnce)
        {
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }

        _pending = new TaskCompletionSource<HttpResponseMessage>();
        return _pending.Task;
    }
}
