using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The resources <c>/v1/customer</c> and <c>/v1/account</c> of Visma.net ERP.</summary>
internal sealed class FakeNetErp(FakeState state, Uri baseAddress)
{
    private static readonly string[] Accounts = ["1500 Receivables", "1920 Bank", "3000 Sales"];

    public FakeReply Answer(FakeRequest request)
    {
        if (state.FindToken(request, VismaAuthority.VismaConnect) is not { } token || CompanyOf(token) is not { } company)
        {
            return FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");
        }

        // VNI needs this header. Here the token determines the company.
        if (request.Headers.ContainsKey("ipp-company-id"))
        {
            return FakeReply.Status(HttpStatusCode.BadRequest, """{"message":"ipp-company-id is not supported with this token"}""");
        }

        string action = request.Method == "POST" ? "create" : "read";
        if (!token.Scopes.Any(scope => scope.StartsWith("vismanet_erp_", StringComparison.Ordinal) && scope.EndsWith(":" + action, StringComparison.Ordinal)))
        {
            return FakeReply.Challenge(HttpStatusCode.Forbidden, "insufficient_scope", $"vismanet_erp_service_api:{action}");
        }

        return (request.Method, request.Path) switch
        {
            ("GET", "/v1/customer") => List(company.Customers),
            ("POST", "/v1/customer") => Create(company, request),
            ("GET", "/v1/account") => List(Accounts),
            _ => FakeReply.Status(HttpStatusCode.NotFound),
        };
    }

    /// <summary>A list in the format of the ERP.</summary>
    public static JsonArray Numbered(IEnumerable<string> names) => new([.. names.Select((name, index) => new JsonObject
    {
        ["number"] = (10001 + index).ToString(CultureInfo.InvariantCulture),
        ["name"] = name,
    })]);

    // A token for the customer tenant is valid, but it does not give access to a company.
    private FakeCompany? CompanyOf(FakeAccessToken token) =>
        token.TenantId is not null && state.FindCompany(token.TenantId) is { } company && company.TenantId == token.TenantId ? company : null;

    private static FakeReply List(IEnumerable<string> names) => FakeReply.Json(HttpStatusCode.OK, Numbered(names));

    // As at Visma, the answer is 201 with a Location and without a body.
    private FakeReply Create(FakeCompany company, FakeRequest request)
    {
        string? name;
        try
        {
            name = (string?)JsonNode.Parse(request.Body)?["name"];
        }
        catch (JsonException)
        {
            name = null;
        }

        if (name is null)
        {
            return FakeReply.Status(HttpStatusCode.BadRequest, """{"message":"name is missing"}""");
        }

        string location = string.Create(CultureInfo.InvariantCulture, $"{baseAddress}customer/{10000 + company.AddCustomer(name)}");
        return FakeReply.Status(HttpStatusCode.Created, headers: ("Location", location));
    }
}
