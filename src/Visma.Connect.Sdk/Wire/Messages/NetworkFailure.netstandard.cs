using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk;

/// <summary>Tells a connection that was never made from one that broke: only the first says that nothing was sent.</summary>
internal static class NetworkFailure
{
    // The one of .NET Framework is a WebException; the one of newer runtimes, which run this build as well, a SocketException.
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
