using System.Net;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The resources <c>organizations</c> and <c>{organization}/contacts</c> of Dinero. They accept tokens of users only, not of services.
/// </summary>
internal sealed class FakeDinero(FakeState state, string root)
{
    private const string ReadScope = "dineropublicapi:read";

    public FakeReply Answer(FakeRequest request)
    {
        if (state.FindToken(request, VismaAuthority.VismaConnect) is not { Grant.User: var user } token)
        {
            return FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");
        }

        if (!token.Has(ReadScope))
        {
            return FakeReply.Challenge(HttpStatusCode.Forbidden, "insufficient_scope", ReadScope);
        }

        return (request.Method, request.Path[root.Length..].Split('/')) switch
        {
            ("GET", ["organizations"]) => FakeReply.Json(HttpStatusCode.OK, Organizations(user)),
            ("GET", [var id, "contacts"]) when user.Companies.FirstOrDefault(company => company.OrganizationId == id) is { } company =>
                FakeReply.Json(HttpStatusCode.OK, new JsonObject { ["collection"] = Contacts(company) }),
            _ => FakeReply.Status(HttpStatusCode.NotFound),
        };
    }

    private static JsonArray Organizations(FakeUser user) =>
        new([.. user.Companies.Select(company => new JsonObject { ["id"] = company.CompanyId, ["name"] = company.Name })]);

    private static JsonArray Contacts(FakeCompany company) => new([.. company.Customers.Select(name => new JsonObject { ["name"] = name })]);
}
