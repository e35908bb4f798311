namespace Visma.Connect.Sdk;

/// <summary>Recognises the audience of Visma.net ERP, which the portal calls 'API Base URL', used as an address.</summary>
internal static class AudienceAddress
{
    private static readonly string[] Audiences = ["/erp/service", "/erp/interactive"];

    public static bool Is(Uri? address) => address is { IsAbsoluteUri: true }
        && Audiences.Any(audience => address.AbsolutePath.StartsWith(audience, StringComparison.OrdinalIgnoreCase));
}
