namespace Visma.Connect.Sdk;

internal static partial class NetworkFailure
{
    /// <summary>Whether a connection was never opened, so that nothing was sent. A connection that failed later may have carried the request.</summary>
    public static bool CameBeforeTheRequest(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError
            or HttpRequestError.VersionNegotiationError,
    };

    private static HttpRequestException Copy(string reason, Exception? cause, Exception failure) =>
        new(ErrorOf(failure), reason, cause, (failure as HttpRequestException)?.StatusCode);

    private static HttpRequestError ErrorOf(Exception failure) =>
        Chain(failure)
            .Select(each => each switch
            {
                HttpRequestException request => request.HttpRequestError,
                HttpIOException reading => reading.HttpRequestError,
                _ => HttpRequestError.Unknown,
            })
            .FirstOrDefault(error => error != HttpRequestError.Unknown);

    private static string ReasonOfHttp(Exception failure) => ErrorOf(failure) switch
    {
        HttpRequestError.InvalidResponse => "the reply is not valid HTTP",
        HttpRequestError.ResponseEnded => "the connection was closed before the end of the reply",
        HttpRequestError.ConfigurationLimitExceeded => "the headers of the reply are too long",
        HttpRequestError.Unknown => failure.GetType().Name,
        { } other => $"{other}",
    };

    private static bool IsOfPlatform(Exception failure) => false;
}
