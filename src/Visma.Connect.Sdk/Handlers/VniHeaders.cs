namespace Visma.Connect.Sdk;

/// <summary>
/// The headers that a call with a VNI token needs: the company and the kind of application. They are sent only to the API's own origin, and
/// only with VNI tokens, because no other API uses them.
/// </summary>
internal sealed class VniHeaders(VismaApi api)
{
    private const string Property = "Visma.Connect.Sdk.VniCompany";
    private const string CompanyId = "ipp-company-id";
    private const string ApplicationType = "ipp-application-type";
    private const string Application = "Visma.net Financials";

    private readonly ApiOrigins _ownOrigin = new(api with { Origins = [] });

    public static void SetCompany(HttpRequestMessage request, string companyId) => RequestProperties.Set(request, Property, companyId);

    public void Attach(HttpRequestMessage request)
    {
        if (request.RequestUri is null || !_ownOrigin.Contains(request.RequestUri))
        {
            return;
        }

        if (RequestProperties.Get(request, Property) is string company)
        {
            request.Headers.Remove(CompanyId);
            request.Headers.TryAddWithoutValidation(CompanyId, company);
        }

        if (!request.Headers.Contains(ApplicationType))
        {
            request.Headers.TryAddWithoutValidation(ApplicationType, Application);
        }
    }

    public static void Detach(HttpRequestMessage request)
    {
        if (RequestProperties.Get(request, Property) is not null)
        {
            request.Headers.Remove(CompanyId);
        }

        if (request.Headers.TryGetValues(ApplicationType, out IEnumerable<string>? values) && values.SequenceEqual([Application]))
        {
            request.Headers.Remove(ApplicationType);
        }
    }
}
