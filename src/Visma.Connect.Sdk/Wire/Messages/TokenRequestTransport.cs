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
        if (IsOnLoopback(authority))
        {
            PrimaryHandlerSecurity.BypassProxyOnLoopback(primary);
        }

        return primary;
    }

    /// <summary>Whether an address of the identity server is on this machine.</summary>
    public static bool IsOnLoopback(VismaAuthority? authority)
    {
        foreach ((_, Uri? address) in authority?.Endpoints() ?? [])
        {
            if (address is { IsLoopback: true })
            {
                return true;
            }
        }

        return false;
    }
}
