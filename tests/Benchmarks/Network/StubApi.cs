using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk.Benchmarks.Network;

internal enum Transport
{
    /// <summary>The response is complete when the send returns.</summary>
    AtOnce,

    /// <summary>The response arrives after the send has returned, as over a network, but on the same thread, so that no scheduler is measured.</summary>
    Later,

    /// <summary>The response is complete when the send returns, and the headers of the request are written to a buffer, as a connection writes them.</summary>
    WritesHeaders,
}

/// <summary>The transport below every client: an API that answers 200.</summary>
internal sealed class StubApi(Transport transport = Transport.AtOnce) : HttpMessageHandler
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private TaskCompletionSource<HttpResponseMessage>? _pending;

    /// <summary>Answers the pending request, if there is one.</summary>
    public void Answer()
    {
        TaskCompletionSource<HttpResponseMessage>? pending = Interlocked.Exchange(ref _pending, null);
        pending?.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (transport == Transport.Later)
        {
            // The first call waits for its token, so it comes on another thread than the answer.
            TaskCompletionSource<HttpResponseMessage> pending = new();
            Volatile.Write(ref _pending, pending);
            return pending.Task;
        }

        if (transport == Transport.WritesHeaders)
        {
            Write(request.Headers);
        }

        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }

    private void Write(HttpRequestHeaders headers)
    {
        int written = 0;
        foreach (KeyValuePair<string, HeaderStringValues> header in headers.NonValidated)
        {
            written += Encoding.Latin1.GetBytes(header.Key, _buffer.AsSpan(written));
            foreach (string value in header.Value)
            {
                written += Encoding.Latin1.GetBytes(value, _buffer.AsSpan(written));
            }
        }
    }
}
