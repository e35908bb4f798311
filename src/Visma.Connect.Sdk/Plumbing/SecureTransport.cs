using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The addresses that secrets and tokens may be sent to: https, or http within the machine (RFC 6750 section 5.3).</summary>
internal static class SecureTransport
{
    public const string Rule = "an absolute https address (plain http only on loopback), without a user name, query or fragment";

    public static bool Allows(Uri? address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && IsLoopback(address)));

    /// <summary>
    /// Whether an address is certainly of this machine. <see cref="Uri.IsLoopback"/> is also true for an IPv6 address with the scope of a network
    /// interface.
    /// </summary>
    public static bool IsLoopback(Uri address) =>
        address.IsLoopback && (string.Equals(address.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(address.IdnHost, out _))
        && address.IdnHost.IndexOf('%') < 0;
}
