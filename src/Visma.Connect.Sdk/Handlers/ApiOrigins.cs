namespace Visma.Connect.Sdk;

/// <summary>The origins (scheme, host, port: RFC 6454) that an API's tokens may be sent to.</summary>
internal sealed class ApiOrigins(VismaApi api)
{
    private readonly Uri[] _origins = [api.BaseAddress, .. api.Origins];

    public bool Contains(Uri address)
    {
        foreach (Uri origin in _origins)
        {
            if (address.Port == origin.Port
                && string.Equals(address.Scheme, origin.Scheme, StringComparison.Ordinal)
                && string.Equals(address.Host, origin.Host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Names them.</summary>
    public override string ToString() => string.Join(", ", _origins.Select(OriginOf));

    /// <summary>An address without user, path and query, which may hold what is nobody else's business.</summary>
    public static string OriginOf(Uri address) => address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "a relative address";
}
