namespace Visma.Connect.Sdk;

/// <summary>The origins (scheme, host, port: RFC 6454) that an API's tokens may be sent to.</summary>
internal sealed class ApiOrigins
{
    private readonly string _api;
    private readonly Uri[] _origins;
    private readonly string? _usualPrefix;

    public ApiOrigins(VismaApi api)
    {
        _api = api.Name;
        _origins = [api.BaseAddress, .. api.Origins];
        // The text of an origin lacks the scope of an IPv6 address, so such an address is always parsed.
        _usualPrefix = api.BaseAddress.IdnHost.IndexOf('%') < 0 ? OriginOf(api.BaseAddress) + "/" : null;
    }

    // Nearly every address begins with the API's own origin. The prefix ends with a slash, so it contains the whole authority, and the
    // address need not be parsed: Uri allocates its parts when they are first read.
    public bool Contains(Uri address) =>
        (_usualPrefix is not null && address.OriginalString.StartsWith(_usualPrefix, StringComparison.Ordinal)) || IsListed(address);

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
        // Host lacks the scope of an IPv6 address, and has two forms of an international name.
        && string.Equals(address.IdnHost, origin.IdnHost, StringComparison.OrdinalIgnoreCase);
}
