namespace Visma.Connect.Sdk;

/// <summary>Distinguishes a connection that was never opened from a connection that failed later: only with the first, nothing was sent.</summary>
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
