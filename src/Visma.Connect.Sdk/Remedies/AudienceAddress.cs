namespace Visma.Connect.Sdk;

/// <summary>Recognises the audience of Visma.net ERP, which the portal calls 'API Base URL', used as an address.</summary>
internal static class AudienceAddress
{
    public static bool Is(Uri? address) => address is { IsAbsoluteUri: true } && (Begins(address, "/erp/service") || Begins(address, "/erp/interactive"));

    private static bool Begins(Uri address, string audience) => address.AbsolutePath.StartsWith(audience, StringComparison.OrdinalIgnoreCase);
}
