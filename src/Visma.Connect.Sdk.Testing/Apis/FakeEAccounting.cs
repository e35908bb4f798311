using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The resources <c>companysettings</c> and <c>customers</c> of eAccounting.</summary>
internal sealed class FakeEAccounting(FakeState state, string root)
{
    public FakeReply Answer(FakeRequest request)
    {
        if (state.FindToken(request, VismaAuthority.EAccounting) is not { } token)
        {
            return FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");
        }

        if (!token.Has("ea:api"))
        {
            return Fault(4006, "The scope ea:api is missing.");
        }

        if (token.Grant?.Company is not { } company)
        {
            return Fault(4011, "The user has no access to this company.");
        }

        return (request.Method, request.Path[root.Length..]) switch
        {
            ("GET", "companysettings") => FakeReply.Json(HttpStatusCode.OK, Settings(company)),
            ("GET", "customers") => FakeReply.Json(HttpStatusCode.OK, new JsonObject { ["Data"] = Customers(company) }),
            _ => FakeReply.Status(HttpStatusCode.NotFound),
        };
    }

    private static JsonObject Settings(FakeCompany company) => new()
    {
        ["Name"] = company.Name,
        ["CountryCode"] = "SE",
        ["CurrencyCode"] = "SEK",
    };

    private static JsonArray Customers(FakeCompany company) => new([.. company.Customers.Select((name, index) => new JsonObject
    {
        ["CustomerNumber"] = (index + 1).ToString(CultureInfo.InvariantCulture),
        ["Name"] = name,
    })]);

    // The id is what Visma's support asks for.
    private static FakeReply Fault(int code, string message) => FakeReply.Json(HttpStatusCode.Forbidden, new JsonObject
    {
        ["ErrorCode"] = code,
        ["DeveloperErrorMessage"] = message,
        ["ErrorId"] = Guid.NewGuid().ToString(),
    });
}
