namespace Visma.Connect.Sdk;

/// <summary>Tells a connection that was never made from one that broke: only the first says that nothing was sent.</summary>
internal static class NetworkFailure
{
    public static bool CameBeforeTheRequest(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError
            or HttpRequestError.VersionNegotiationError,
    };
}
