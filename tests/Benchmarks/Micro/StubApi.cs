using System.Net;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

public enum Transport
{
    /// <summary>The response is complete when the send returns.</summary>
    AtOnce,

    /// <summary>The response arrives after the send has returned, as over a network, but on the same thread, so that no scheduler is measured.</summary>
    Later,
}

/// <summary>The transport below both clients: an API that answers 200.</summary>
internal sealed class StubApi(Transport transport) : HttpMessageHandler
{
    private TaskCompletionSource<HttpResponseMessage>? _pending;

    /// <summary>Answers the pending request, if there is one.</summary>
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
