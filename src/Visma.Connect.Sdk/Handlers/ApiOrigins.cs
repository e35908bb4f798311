namespace Visma.Connect.Sdk;

/// <summary>The origins (scheme, host, port: RFC 6454) that an API's tokens may be sent to.</summary>
internal sealed class ApiOrigins
{
    private readonly Uri[] _origins;
    private readonly string _usualPrefix;

    public ApiOrigins(VismaApi api)
    {
        _origins = [api.BaseAddress, .. api.Origins];
        _usualPrefix = OriginOf(api.BaseAddress) + "/";
    }

    // Nearly every address begins as the API's own does. With the slash after it the prefix holds the whole authority, so there is nothing
    // left to parse; the parts of an address are made into strings when they are first asked for.
    public bool Contains(Uri address) =>
        address.OriginalString.StartsWith(_usualPrefix, StringComparison.Ordinal) || IsListed(address);

    /// <summary>Names them.</summary>
    public override string ToString() => string.Join(", ", _origins.Select(OriginOf));

    /// <summary>An address without user, path and query, which may hold what is nobody else's business.</summary>
    public static string OriginOf(Uri address) =>
        address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "a relative address";

    private bool IsListed(Uri address) => _origins.Any(origin => IsSame(origin, address));

    private static bool IsSame(Uri origin, Uri address) =>
        address.Port == origin.Port
        && string.Equals(address.Scheme, origin.Scheme, StringComparison.Ordinal)
        && string.Equals(address.Host, origin.Host, StringComparison.OrdinalIgnoreCase);
}
