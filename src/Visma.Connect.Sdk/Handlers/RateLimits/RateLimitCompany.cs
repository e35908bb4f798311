namespace Visma.Connect.Sdk;

/// <summary>The company that a request is counted with, if its token is not for one company.</summary>
internal static class RateLimitCompany
{
    private const string Property = "Visma.Connect.Sdk.RateLimitCompany";

    public static void Set(HttpRequestMessage request, string company) => RequestProperties.Set(request, Property, company);

    public static string? Get(HttpRequestMessage request) => RequestProperties.Get(request, Property) as string;
}
