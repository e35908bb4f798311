namespace Visma.Connect.Sdk;

/// <summary>Sends requests to an identity server, and reads their replies with a limit of time and size.</summary>
/// <remarks>
/// It follows no redirect, and repeats only requests that may be repeated. All requests of the library to identity servers are sent here.
/// </remarks>
internal sealed class ServerExchange(Func<HttpMessageHandler> transport, RequestRepeats repeats, Signals signals, TimeProvider time)
{
    /// <summary>Sends a request once. Its listener ends it.</summary>
    public OpenRequest Begin(ServerRequest request, string? secret)
    {
        HttpMessageHandler handler = transport();
        HttpRequestMessage message = request.ToMessage(secret);
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        return new OpenRequest(handler, message, request, signals, time);
    }

    /// <summary>Sends a request, and waits for its reply.</summary>
    /// <exception cref="VismaConnectException">There is no reply within the time of the request, or only failures that may pass.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<ServerReply> SendAsync(ServerRequest request, string? secret, CancellationToken cancellationToken)
    {
        if (!request.MayBeRepeated)
        {
            return SendOnceAsync(request, secret, cancellationToken);
        }

        return repeats.SendAsync(new RequestAttempts(request, () => Begin(request, secret), time, cancellationToken));
    }

    private async ValueTask<ServerReply> SendOnceAsync(ServerRequest request, string? secret, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OpenRequest open = Begin(request, secret);
        await open.IsOverWithinAsync(request.Timeout, cancellationToken).ConfigureAwait(false);
        return await open.EndAsync().ConfigureAwait(false);
    }
}
