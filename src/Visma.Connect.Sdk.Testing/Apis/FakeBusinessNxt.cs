using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The query <c>availableCompanies</c> of Business NXT, for users at <c>graphql</c> and for services at <c>graphql-service</c>.
/// </summary>
internal sealed class FakeBusinessNxt(FakeState state)
{
    private const string Scope = "business-graphql-api:access-group-based";
    private const string ServiceScope = "business-graphql-service-api:access-group-based";

    public FakeReply Answer(FakeRequest request)
    {
        if (request.BearerToken is null)
        {
            return Refusal(HttpStatusCode.Unauthorized, "Jwt is missing");
        }

        if (state.FindToken(request, VismaAuthority.VismaConnect) is not { } token)
        {
            return Refusal(HttpStatusCode.Unauthorized, "Jwt verification fails");
        }

        bool isService = request.Path.EndsWith("-service", StringComparison.Ordinal);
        if (isService ? !token.Has(ServiceScope) && !token.Has(ServiceScope + "-readonly") : !token.Has(Scope) || token.Grant is null)
        {
            return FakeReply.Challenge(HttpStatusCode.Forbidden, "insufficient_scope", isService ? ServiceScope : Scope);
        }

        return request.Method == "POST" ? Answer(request, CompaniesOf(token)) : FakeReply.Status(HttpStatusCode.MethodNotAllowed);
    }

    // GraphQL reports errors with status 200.
    private static FakeReply Answer(FakeRequest request, IReadOnlyList<FakeCompany> companies) => FakeReply.Json(
        HttpStatusCode.OK,
        QueryOf(request)?.Contains("availableCompanies", StringComparison.Ordinal) == true
            ? new JsonObject { ["data"] = new JsonObject { ["availableCompanies"] = Available(companies) } }
            : new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["message"] = "FakeVisma supports the query availableCompanies only." }) });

    private static JsonObject Available(IReadOnlyList<FakeCompany> companies) => new()
    {
        ["totalCount"] = companies.Count,
        ["items"] = new JsonArray([.. companies.Select(company => new JsonObject
        {
            ["name"] = company.Name,
            ["vismaNetCompanyId"] = company.CompanyId,
            ["vismaNetCustomerId"] = company.CompanyId,
        })]),
    };

    private static string? QueryOf(FakeRequest request)
    {
        try
        {
            return JsonNode.Parse(request.Body)?["query"]?.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IReadOnlyList<FakeCompany> CompaniesOf(FakeAccessToken token) =>
        token.Grant?.User.Companies ?? [.. state.Companies.Where(company => company.HasGranted(token.Client))];

    private static FakeReply Refusal(HttpStatusCode status, string body) =>
        FakeReply.Status(status, body, "text/plain", ("x-vbc-traceid", Guid.NewGuid().ToString("N")));
}
