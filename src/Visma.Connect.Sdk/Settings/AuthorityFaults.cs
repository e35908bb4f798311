namespace Visma.Connect.Sdk;

/// <summary>The faults of one authority in the settings.</summary>
internal static class AuthorityFaults
{
    private static readonly string Bases =
        string.Join(", ", VismaAuthority.BuiltIn.Select(builtIn => builtIn.Name).Append(VismaAuthorityOptions.OpenIdConnect).Select(name => $"'{name}'"));

    private const string EndpointSettings =
        $"{nameof(VismaAuthorityOptions.TokenEndpoint)}, {nameof(VismaAuthorityOptions.DiscoveryEndpoint)} and the others";

    private static readonly string[] EndpointPaths = ["/connect/", "/.well-known/"];

    /// <param name="path">The path of the entry in the settings.</param>
    /// <param name="name">The name of the authority.</param>
    /// <param name="settings">The entry.</param>
    public static IEnumerable<string> Of(string path, string name, VismaAuthorityOptions? settings)
    {
        if (settings is null)
        {
            return [$"{path} is empty. Give it a BaseAddress, or remove it."];
        }

        if (settings.BaseAddress is not null && !SecureTransport.Allows(settings.BaseAddress))
        {
            return [$"{path}:BaseAddress is not {SecureTransport.Rule}. Secrets are sent there."];
        }

        if (settings.BaseAddress is { } address && ServerOf(address) is { } server)
        {
            return [$"{path}:BaseAddress is the address of an endpoint. Write the address of the server, {server}, or set {EndpointSettings}."];
        }

        return settings.Resolve(name) is { } authority
            ? [.. FaultsOfEndpoints(path, authority), .. FaultsOfMethods(path, settings), .. FaultsOfDiscovery(path, name, settings, authority)]
            : [$"{path}:BasedOn is '{settings.BasedOn}', which is not a built-in authority. Use {Bases}."];
    }

    // The library adds the paths of the endpoints. A server may have its own path before them.
    private static string? ServerOf(Uri address)
    {
        string text = address.GetLeftPart(UriPartial.Path);
        int path = EndpointPaths.Select(endpoint => (text + "/").IndexOf(endpoint, StringComparison.OrdinalIgnoreCase)).Max();
        return path < 0 ? null : text.Substring(0, path);
    }

    private static IEnumerable<string> FaultsOfEndpoints(string path, VismaAuthority authority) =>
        from endpoint in authority.Endpoints()
        where endpoint.Address is not null && !SecureTransport.Allows(endpoint.Address)
        select $"{path}:{endpoint.Setting} is not {SecureTransport.Rule}. Secrets and tokens are sent there, or it is trusted.";

    private static IEnumerable<string> FaultsOfMethods(string path, VismaAuthorityOptions settings) =>
        from method in new (string Setting, ClientAuthenticationMethod? Value)[]
        {
            (nameof(settings.TokenEndpointAuthentication), settings.TokenEndpointAuthentication),
            (nameof(settings.RevocationEndpointAuthentication), settings.RevocationEndpointAuthentication),
        }
        where method.Value is { } value && !ClientFaults.IsKnown(value)
        select $"{path}:{method.Setting} is {method.Value}. Use {ClientFaults.KnownMethods}.";

    private static IEnumerable<string> FaultsOfDiscovery(string path, string name, VismaAuthorityOptions settings, VismaAuthority authority)
    {
        if (settings.Discover && authority.IsLegacy)
        {
            yield return $"{path}:Discover is true, but VNI has no discovery document. Remove the setting.";
        }
        else if (settings.Discover && authority.DiscoveryEndpoint is null)
        {
            yield return $"{path}:Discover is true, but the server has no address. Set BaseAddress, Issuer or DiscoveryEndpoint.";
        }
        else if (settings.Discover && authority.Issuer is null)
        {
            yield return $"{path}:Issuer is missing, and does not follow from the DiscoveryEndpoint. Set it: a document of another issuer is refused.";
        }
        else if (!settings.Discover && settings.IsStandard(name) && settings.TokenEndpoint is null)
        {
            yield return $"{path}:TokenEndpoint is missing. Set it, or set Discover to true to read the endpoints from the discovery document.";
        }
    }
}
