using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The slivers <c>/v1/customer</c> and <c>/v1/account</c> of Visma.net ERP.</summary>
internal sealed class FakeNetErp(FakeVisma visma)
{
    private const int HourlyLimit = 5000;

    private static readonly string[] Accounts = ["1500 Receivables", "1920 Bank", "3000 Sales"];

    private int _served;

    public FakeReply Answer(FakeRequest request)
    {
        if (visma.State.FindToken(request, VismaAuthority.VismaConnect) is not { } token || CompanyOf(token) is not { } company)
        {
            return FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");
        }

        // Those of the legacy VNI; here the token says which company it is.
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

    /// <summary>A list of the ERP's.</summary>
    public static JsonArray Numbered(IEnumerable<string> names) => [.. names.Select((name, index) => new JsonObject
    {
        ["number"] = (10001 + index).ToString(CultureInfo.InvariantCulture),
        ["name"] = name,
    })];

    // A token of the customer tenant is a good token, and still no key to any company.
    private FakeCompany? CompanyOf(FakeToken token) =>
        token.TenantId is not null && visma.State.FindCompany(token.TenantId) is { } company && company.TenantId == token.TenantId ? company : null;

    private FakeReply List(IEnumerable<string> names) => FakeReply.Json(HttpStatusCode.OK, Numbered(names), RateLimit());

    // Create answers 201 with a Location and no body, as Visma's does.
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

        string location = string.Create(CultureInfo.InvariantCulture, $"{visma.NetErp.BaseAddress}customer/{10000 + company.AddCustomer(name)}");
        return FakeReply.Status(HttpStatusCode.Created, headers: [("Location", location), .. RateLimit()]);
    }

    private IEnumerable<(string Name, string Value)> RateLimit()
    {
        int remaining = Math.Max(0, HourlyLimit - Interlocked.Increment(ref _served));
        return
        [
            ("X-RateLimit-Limit", HourlyLimit.ToString(CultureInfo.InvariantCulture)),
            ("X-RateLimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture)),
            ("X-RateLimit-Reset", "3600"),
            ("X-RateLimit-Policy", "4-fixed-window"),
        ];
    }
}
