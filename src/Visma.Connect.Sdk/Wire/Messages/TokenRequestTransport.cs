namespace Visma.Connect.Sdk;

/// <summary>The transport of token requests: it follows no redirect, keeps no cookie, and has no handler of the application.</summary>
internal static class TokenRequestTransport
{
    /// <summary>The name under which <c>IHttpClientFactory</c> makes its handlers.</summary>
    public const string Name = "Visma.Connect.Sdk.TokenRequests";

    /// <summary>Creates a transport for a client without a container.</summary>
    public static HttpMessageHandler Create(VismaAuthority? authority)
    {
        HttpMessageHandler primary = PrimaryHandlerSecurity.CreateForTokenRequests();
        PrimaryHandlerSecurity.BypassProxyOnLoopback(primary, AddressesOf(authority));
        return primary;
    }

    /// <summary>The addresses of an identity server.</summary>
    public static IEnumerable<Uri?> AddressesOf(VismaAuthority? authority) =>
        Array.ConvertAll(authority?.Endpoints() ?? [], endpoint => endpoint.Address);
}
