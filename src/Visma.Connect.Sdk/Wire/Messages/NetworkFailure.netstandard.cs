using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk;

/// <summary>Distinguishes a connection that was never opened from a connection that failed later: only with the first, nothing was sent.</summary>
internal static class NetworkFailure
{
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
}
