using System.Security.Authentication;

namespace Visma.Connect.Sdk;

/// <summary>Sends one request to an identity server, and reads its reply with a limit of time and size.</summary>
/// <remarks>It follows no redirect and repeats no request. All requests of the library to identity servers are sent here.</remarks>
internal sealed class ServerExchange(Func<HttpClient> http, TimeProvider time)
{
    public async Task<ServerReply> SendAsync(ServerRequest request, string? secret, CancellationToken cancellationToken)
    {
        try
        {
            // The wait ends also if the transport ignores the cancellation, or ignores it after the headers.
            return await time.WithinAsync(request.Timeout, either => ExchangeAsync(request, secret, either), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VismaConnectException(FormattableString.Invariant($"No reply to {request} within {request.Timeout.TotalSeconds:0.#} s."), cancelled)
            {
                IsTransient = true,
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException && !cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(request, failure);
        }
    }

    private async Task<ServerReply> ExchangeAsync(ServerRequest request, string? secret, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = request.ToMessage(secret);
        using HttpResponseMessage response = await http()
            .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        return await ServerReply.ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private static VismaConnectException Unreachable(ServerRequest request, Exception failure)
    {
        if (failure.InnerException is AuthenticationException)
        {
            const string Certificates = "Check the trusted certificates of this machine, and whether a proxy inspects its traffic.";
            return new VismaConnectException(
                $"TLS failed for {request}; nothing was sent. {Certificates}",
                failure)
            { Remedy = Certificates, WasNotSent = true };
        }

        const string Network = "Check network, DNS, proxy and firewall.";
        return new VismaConnectException($"The connection failed during {request}: {failure.Message.TrimEnd('.')}. {Network}", failure)
        {
            IsTransient = true,
            Remedy = Network,
            WasNotSent = NetworkFailure.CameBeforeTheRequest(failure),
        };
    }
}
