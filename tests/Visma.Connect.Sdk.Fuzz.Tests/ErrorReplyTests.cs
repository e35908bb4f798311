#pragma warning disable VISMA001 // The library still supports VNI.

using System.Text.Json;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>Refusals and other answers of the identity servers, where no tokens are expected.</summary>
public sealed class ErrorReplyTests : IAsyncDisposable
{
    private static readonly string[] Words =
    [
        "error", "error_description", "error_uri", "invalid_grant", "invalid_client", "invalid_scope", "invalid_tenant", "unauthorized_client", "invalid_request",
        "temporarily_unavailable", "server_error", "unsupported_response_type", "access_denied", "Retry-After: ", "Retry-After: 5\n", "Date: ", "x-vbc-traceid: ",
        "x-correlation-id: a1b2\n", "Content-Type: ", "Content-Encoding: gzip\n", "application/json", "sub", "tenants", "address", "id", "name", "type", .. Secrets.All,
    ];

    private static readonly Corpus Refusals = new(
        [
            Refusal(400, """{"error":"invalid_grant"}"""),
            Refusal(400, """{"error":"invalid_client","error_description":"Client authentication failed."}"""),
            Refusal(400, """{"error":"invalid_tenant","error_description":"invalid_tenant"}"""),
            Refusal(400, """{"error":"invalid_scope","error_description":"Invalid scopes: ea:sales"}"""),
            Refusal(401, """{"error":"unauthorized_client","error_description":"Unknown client or client not enabled","error_uri":"https://docs.connect.visma.com"}"""),
            "429\nRetry-After: 30\nContent-Type: text/plain\n\nToo many requests",
            "503\nRetry-After: Thu, 26 Nov 2026 12:00:00 GMT\nDate: Thu, 26 Nov 2026 11:59:00 GMT\nx-vbc-traceid: 4bf92f3577b34da6\nContent-Type: text/html\n\n<html>",
            "200\n\n",
            Refusal(400, "{\"error\":\"invalid_grant\",\"error_description\":\"The refresh token '" + Secrets.RefreshToken + "' of " + Secrets.ClientSecret + " is unknown\"}"),
            // Inputs that found a fault.
        ],
        Words);

    private static readonly Corpus Users = new(
        [
            // visma-facts 1.8: tenants and address arrive as JSON inside a string.
            "200\n" + RawReply.Json + "\n\n" + """{"sub":"2c5e","name":"Ola Nordmann","given_name":"Ola","email":"ola@acme.example","email_verified":true,"tenants":"[{\"id\":\"a1b2\"}]","address":"{}","idp":"local","auth_time":1764070000,"sid":"9f"}""",
            "200\n" + RawReply.Json + "\n\n" + """{"sub":"2c5e","tenants":[{"id":"a1b2","name":"Acme AS"}]}""",
            "401\nWWW-Authenticate: Bearer error=\"invalid_token\"\n\n",
            // Inputs that found a fault.
            "200\n" + RawReply.Json + "\n\n" + """{"sub":"2c5e","tenants":[{"id":"a1b2","n\udc00ame":"Acme AS"}]}""",
            "200\nContent-Type: application/" + Secrets.AccessToken + "\n\nnot JSON",
        ],
        Words);

    private static readonly Corpus Companies = new(
        [
            "200\n" + RawReply.Json + "\n\n" + """[{"id":1234567,"name":"Fjellheim Bygg AS","type":"Company"},{"id":"7654321","name":"Nordlys Bakeri AS"}]""",
            "200\n" + RawReply.Json + "\n\n[]",
            "500\n" + RawReply.Json + "\n\n" + """{"ExceptionType":"IPPException","ExceptionMessage":"Invalid token","ExceptionFaultCode":"","ExceptionMessageID":""}""",
            // Inputs that found a fault.
            "200\n" + RawReply.Json + "\n\n" + """[{"id":1234567,"name":"Fjellheim Bygg AS","type\ud800\ud800":"Company"}]""",
        ],
        Words);

    private readonly Application _application = new();

    [Fact]
    public void Refusal_of_a_request_is_a_documented_error() => FuzzRun.Run(Refusals, 70_000, reply => Check(reply, (reply.Length % 4) switch
    {
        0 => () => _application.Connect.RevokeAsync(Secrets.RefreshToken),
        1 => () => _application.EAccounting.RevokeAccessTokenAsync(Secrets.RefreshToken),
        2 => () => _application.Connect.RefreshAsync(Secrets.RefreshToken),
        _ => () => _application.EAccounting.RefreshAsync(Secrets.RefreshToken),
    }, Secrets.OfRefresh));

    [Fact]
    public void Refusal_of_a_revocation_at_vni_is_a_documented_error() =>
        FuzzRun.Run(Refusals, 30_000, reply => Check(reply, () => _application.Vni.RevokeAsync(Secrets.AccessToken), [Secrets.AccessToken]));

    [Fact]
    public void Userinfo_reply_is_read_or_is_a_documented_error() => FuzzRun.Run(Users, 50_000, reply => Check(reply, async () =>
    {
        UserInfo user = await _application.Connect.GetUserInfoAsync(Secrets.AccessToken);
        Assert.NotEmpty(user.Subject);
        Secrets.AreNotIn($"{user} {user.Name?.Length} {user.Email?.Length}", Secrets.OfClient);
        foreach (string name in (string[])["tenants", "address", "none"])
        {
            Assert.NotEqual(JsonValueKind.Undefined, user.GetJson(name)?.ValueKind);
        }
    }, [Secrets.AccessToken]));

    [Fact]
    public void List_of_companies_is_read_or_is_a_documented_error() => FuzzRun.Run(Companies, 40_000, reply => Check(reply, async () =>
        Assert.All(await _application.Vni.GetCompaniesAsync(Secrets.AccessToken), company => Assert.NotEmpty(company.Id)), [Secrets.AccessToken]));

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static string Refusal(int status, string body) => $"{status}\n{RawReply.Json}\n\n{body}";

    private void Check(string reply, Func<Task> send, IReadOnlyList<string> sent)
    {
        _application.Answer(reply);
        try
        {
            send().GetAwaiter().GetResult();
        }
        catch (VismaConnectException documented)
        {
            Secrets.AreNotIn(documented, sent);
            Assert.False(documented.RetryAfter < TimeSpan.Zero || documented.RetryAfter > TimeSpan.FromHours(1), "The time to wait is out of bounds.");
        }

        foreach (string line in _application.Log.Take())
        {
            Secrets.AreNotIn(line, sent);
        }
    }
}
