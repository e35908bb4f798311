namespace Visma.Connect.Sdk;

/// <summary>The origins (scheme, host, port: RFC 6454) that an API's tokens may be sent to.</summary>
internal sealed class ApiOrigins
{
    private readonly string _api;
    private readonly Uri[] _origins;
    private readonly string _usualPrefix;

    public ApiOrigins(VismaApi api)
    {
        _api = api.Name;
        _origins = [api.BaseAddress, .. api.Origins];
        _usualPrefix = OriginOf(api.BaseAddress) + "/";
    }

    // Nearly every address begins with the API's own origin. The prefix ends with a slash, so it contains the whole authority, and the
    // address need not be parsed: Uri allocates its parts when they are first read.
    public bool Contains(Uri address) =>
        address.OriginalString.StartsWith(_usualPrefix, StringComparison.Ordinal) || IsListed(address);

    /// <exception cref="InvalidOperationException">The address is missing or relative, or has another origin.</exception>
    public void Require(Uri? address)
    {
        if (address is null || !address.IsAbsoluteUri || !Contains(address))
        {
            throw new InvalidOperationException(
                $"The request goes to {(address is null ? "no address" : OriginOf(address))}, which is not an origin of API '{_api}' "
                + $"({string.Join(", ", _origins.Select(OriginOf))}). Nothing was sent. If the API has this origin, set Apis:{_api}:BaseAddress or Origins; "
                + "otherwise use another HttpClient.");
        }
    }

    /// <summary>An address without its user, path and query, which may contain secrets.</summary>
    public static string OriginOf(Uri address) =>
        address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "a relative address";

    private bool IsListed(Uri address) => _origins.Any(origin => IsSame(origin, address));

    private static bool IsSame(Uri origin, Uri address) =>
        address.Port == origin.Port
        && string.Equals(address.Scheme, origin.Scheme, StringComparison.Ordinal)
        && string.Equals(address.Host, origin.Host, StringComparison.OrdinalIgnoreCase);
}
