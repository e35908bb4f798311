using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>The resources <c>context</c> and <c>customer</c> of the legacy VNI.</summary>
internal sealed class FakeVniApi(FakeState state)
{
    /// <summary>The companies of the token's user.</summary>
    public FakeReply AnswerContext(FakeRequest request) => UserOf(request) is { } user
        ? FakeReply.Json(HttpStatusCode.OK, new JsonArray([.. user.Companies.Select(company => new JsonObject
        {
            ["id"] = company.CompanyId,
            ["name"] = company.Name,
            ["type"] = "Company",
        })]))
        : Unauthorized();

    /// <summary>The customers of the company that the request names.</summary>
    public FakeReply AnswerCustomers(FakeRequest request)
    {
        if (UserOf(request) is not { } user)
        {
            return Unauthorized();
        }

        if (request.Headers.GetValueOrDefault("ipp-application-type") != "Visma.net Financials")
        {
            return Fault(HttpStatusCode.BadRequest, "Invalid parameter exception: ipp-application-type", "12002");
        }

        string? companyId = request.Headers.GetValueOrDefault("ipp-company-id");
        return user.Companies.FirstOrDefault(company => company.CompanyId.ToString(CultureInfo.InvariantCulture) == companyId) is { } company
            ? FakeReply.Json(HttpStatusCode.OK, FakeNetErp.Numbered(company.Customers))
            : Fault(HttpStatusCode.BadRequest, "Invalid parameter exception: ipp-company-id", "12002");
    }

    private FakeUser? UserOf(FakeRequest request) => state.FindToken(request, VismaAuthority.Vni)?.Grant?.User;

    // Applications recognise a rejected token by the word "token" in the message.
    private static FakeReply Unauthorized() => Fault(HttpStatusCode.Unauthorized, "The token is not valid", "");

    private static FakeReply Fault(HttpStatusCode status, string message, string code) => FakeReply.Json(status, new JsonObject
    {
        ["ExceptionType"] = "IPPException",
        ["ExceptionMessage"] = message,
        ["ExceptionFaultCode"] = code,
        ["ExceptionMessageID"] = Guid.NewGuid().ToString(),
        ["ExceptionDetails"] = "",
    });
}
