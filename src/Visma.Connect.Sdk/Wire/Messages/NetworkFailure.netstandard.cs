using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk;

internal static partial class NetworkFailure
{
    /// <summary>Whether a connection was never opened, so that nothing was sent. A connection that failed later may have carried the request.</summary>
    // .NET Framework has a WebException here. Newer runtimes, which can run this build too, have a SocketException.
    public static bool CameBeforeTheRequest(Exception failure) => failure.InnerException switch
    {
        WebException web => web.Status is WebExceptionStatus.NameResolutionFailure
            or WebExceptionStatus.ProxyNameResolutionFailure
            or WebExceptionStatus.ConnectFailure
            or WebExceptionStatus.SecureChannelFailure
            or WebExceptionStatus.TrustFailure,
        SocketException socket => socket.SocketErrorCode is SocketError.ConnectionRefused
            or SocketError.HostNotFound
            or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable
            or SocketError.TryAgain
            or SocketError.NoData,
        _ => false,
    };

    private static HttpRequestException Copy(string reason, Exception? cause, Exception failure) => new(reason, cause);

    private static string ReasonOfHttp(Exception failure) => Chain(failure).OfType<WebException>().FirstOrDefault() is { } web
        ? $"{web.Status}"
        : $"the reply ended early or is not valid HTTP ({failure.GetType().Name})";

    private static bool IsOfPlatform(Exception failure) => failure is WebException;
}
