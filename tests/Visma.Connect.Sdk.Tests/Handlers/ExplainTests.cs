using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Handlers;

// The literal answers come from Visma's documentation and from public clients.
public class ExplainTests
{
    public static TheoryData<string, string, HttpStatusCode, string, string?, string?, string?> Answers => new()
    {
        {
            "no licence", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadRequest,
            """{"ExceptionType":"IPPException","ExceptionMessage":"No license for this company","ExceptionFaultCode":"12027","ExceptionMessageID":"12027_a1b2","ExceptionDetails":""}""",
            "12027", "12027_a1b2", "no-licence"
        },
        {
            "old token", "https://api.finance.visma.net/v1/customer", HttpStatusCode.InternalServerError,
            """{"ExceptionType":"IPPException","ExceptionMessage":"Invalid parameter exception: ipp-company-id","ExceptionFaultCode":12002,"ExceptionMessageID":"id"}""",
            "12002", "id", "old-token"
        },
        {
            "only a message", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadRequest,
            """{"message":"Invalid parameter exception: ipp-company-id"}""",
            null, null, "old-token"
        },
        {
            "scope", "https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.Forbidden,
            """{"ErrorCode":4006,"DeveloperErrorMessage":"The access token is missing a required scope.","ErrorId":"7a1c"}""",
            "4006", "7a1c", "eaccounting-4006"
        },
        {
            "limit in prose", "https://eaccountingapi.vismaonline.com/v2/customers", (HttpStatusCode)429,
            """{"ErrorCode":4010,"DeveloperErrorMessage":"Too many requests. Try again in 55 seconds.","ErrorId":"7a1d"}""",
            "4010", "7a1d", "eaccounting-4010"
        },
        {
            "sandbox", "https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.Forbidden,
            """{"ErrorCode":4034,"DeveloperErrorMessage":"Sandbox client","ErrorId":"7a1e"}""",
            "4034", "7a1e", "eaccounting-4034"
        },
        {
            "an unknown code", "https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.BadRequest,
            """{"ErrorCode":2001,"DeveloperErrorMessage":"Name is required","ErrorId":"7a1f"}""",
            "2001", "7a1f", null
        },
        { "Dinero's limit", "https://api.dinero.dk/v1/1/contacts", (HttpStatusCode)429, "API calls quota exceeded!", null, null, "dinero-rate-limit" },
        { "Dinero's subscription", "https://api.dinero.dk/v1/1/contacts", HttpStatusCode.Forbidden, """{"errorcode":48}""", "48", null, "dinero-subscription" },
        { "no token", "https://business.visma.net/api/graphql", HttpStatusCode.Unauthorized, "Jwt is missing", null, null, "no-token" },
        {
            "GraphQL", "https://business.visma.net/api/graphql", HttpStatusCode.OK,
            """{"data":null,"errors":[{"message":"Too many outstanding requests","extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}""",
            "OUTSTANDING_LIMIT_EXCEEDED", null, "nxt-requests-at-once"
        },
        { "GraphQL's limit", "https://business.visma.net/api/graphql", (HttpStatusCode)429, "", null, null, "nxt-rate-limit" },
        { "the ERP's limit", "https://api.finance.visma.net/v1/customer", (HttpStatusCode)429, "", null, null, "erp-rate-limit" },
        { "the old host", "https://integration.visma.net/API/controller/api/v1/customer", (HttpStatusCode)429, "", null, null, "old-host" },
        {
            "VNI", "https://integration.visma.net/API/controller/api/v1/customer", HttpStatusCode.Unauthorized,
            """{"ExceptionType":"IPPException","ExceptionMessage":"Invalid token","ExceptionFaultCode":"","ExceptionMessageID":""}""",
            null, null, "vni-token-replaced"
        },
        { "the audience", "https://api.finance.visma.net/erp/service/customer", HttpStatusCode.NotFound, "", null, null, "audience-as-address" },
        { "another tenant", "https://api.finance.visma.net/v1/customer", HttpStatusCode.Unauthorized, "", null, null, "wrong-tenant" },
        {
            "an ERP fault with a number of another API", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadRequest,
            """{"ExceptionType":"IPPException","ExceptionMessage":"Something else","ExceptionFaultCode":"48","ExceptionMessageID":"48_a"}""",
            "48", "48_a", null
        },
        { "a missing page", "https://api.finance.visma.net/v1/custome", HttpStatusCode.NotFound, "<html>Not found</html>", null, null, null },
        { "a broken body", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadGateway, """{"ErrorCode":40""", null, null, null },
        { "a list", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadRequest, """["a"]""", null, null, null },
        { "half a surrogate in a name", "https://api.dinero.dk/v1/1/contacts", HttpStatusCode.Forbidden, """{"error\ud800code":48}""", null, null, null },
        { "half a surrogate", "https://api.finance.visma.net/v1/customer", HttpStatusCode.BadRequest, """{"message":"\ud83d"}""", null, null, null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_is_explained(string what, string address, HttpStatusCode status, string body, string? code, string? id, string? remedy)
    {
        using HttpResponseMessage response = Answer(address, status, body);

        VismaApiError? error = await response.ExplainAsync(TestApp.Cancellation);

        Assert.True(error is not null, what);
        Assert.Equal((status, code, id, remedy), (error.StatusCode, error.Code, error.CorrelationId, error.Remedy?.Code));
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestApp.Cancellation));
    }

    [Theory]
    [InlineData("""{"data":{"customers":[]}}""")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"ErrorCode":4006}""")]
    [InlineData("text")]
    public async Task Success_is_no_error(string body)
    {
        using HttpResponseMessage response = Answer("https://business.visma.net/api/graphql", HttpStatusCode.OK, body);

        Assert.Null(await response.ExplainAsync(TestApp.Cancellation));
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestApp.Cancellation));
    }

    [Theory]
    [InlineData("Bearer error=\"invalid_token\", error_description=\"The token expired at 10:00\"", HttpStatusCode.Unauthorized, "wrong-clock")]
    [InlineData("Bearer error=\"invalid_token\", error_description=\"The token is not yet valid\"", HttpStatusCode.Unauthorized, "wrong-clock")]
    [InlineData("Bearer error=\"invalid_token\"", HttpStatusCode.Unauthorized, "wrong-tenant")]
    [InlineData("Bearer error=\"insufficient_scope\", scope=\"x:read\"", HttpStatusCode.Forbidden, "scope-missing")]
    public async Task Challenge_is_explained(string challenge, HttpStatusCode status, string remedy)
    {
        using HttpResponseMessage response = Answer("https://api.finance.visma.net/v1/customer", status, "");
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);

        VismaApiError? error = await response.ExplainAsync(TestApp.Cancellation);

        Assert.Equal((response.GetBearerChallenge()!.Error, remedy), (error?.Code, error?.Remedy?.Code));
    }

    [Fact]
    public async Task Trace_id_and_the_time_to_wait_are_kept()
    {
        using HttpResponseMessage response = Answer("https://business.visma.net/api/graphql", (HttpStatusCode)429, "");
        response.Headers.TryAddWithoutValidation("x-vbc-traceid", "trace-1");
        response.Headers.TryAddWithoutValidation("Retry-After", "30");

        VismaApiError? error = await response.ExplainAsync(TestApp.Cancellation);

        Assert.Equal(("trace-1", TimeSpan.FromSeconds(30)), (error?.CorrelationId, error?.RetryAfter));
        Assert.Equal($"429. Id: trace-1. {error!.Remedy}", error.ToString());
    }

    [Theory]
    [InlineData("""{"ErrorCode":4001,"DeveloperErrorMessage":"eyJ0eXAiOiJhdCtKV1QifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl is no good token"}""")]
    [InlineData("""{"ExceptionMessage":"Cannot read 'eyJ0eXAiOiJhdCtKV1QifQ.eyJzdWIiO"}""")]
    [InlineData("""{"errors":[{"message":"Bearer 3f9c0a6d-7e5b4b0e8a1f~2d+c4/e6==","extensions":{"code":"eyJ0eXAiOiJhdCtKV1QifQ.eyJzdWIiOiI0MiJ9.x"}}]}""")]
    [InlineData("The header was: Bearer 3f9c0a6d-7e5b4b0e8a1f~2d+c4/e6==")]
    public async Task Token_that_an_api_quotes_is_masked(string body)
    {
        using HttpResponseMessage response = Answer("https://business.visma.net/api/graphql", HttpStatusCode.BadRequest, body);
        response.Headers.TryAddWithoutValidation("x-request-id", "eyJ0eXAiOiJhdCtKV1QifQ.eyJzdWIiOiI0MiJ9.y");

        string text = $"{await response.ExplainAsync(TestApp.Cancellation)}";

        Assert.Contains("***", text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("3f9c0a6d", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_an_api_is_one_line_and_bounded()
    {
        string body = $$"""{"ErrorCode":"4001\n5","DeveloperErrorMessage":"a\r\nForged\u001b[31m {{new string('x', 5000)}}","ErrorId":"7\u0000"}""";
        using HttpResponseMessage response = Answer("https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.BadRequest, body);

        VismaApiError error = (await response.ExplainAsync(TestApp.Cancellation))!;

        Assert.StartsWith("a  Forged [31m xxx", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message!.Length, 1, 500);
        Assert.DoesNotContain(error.ToString(), char.IsControl);
    }

    [Fact]
    public async Task Body_that_is_streamed_is_read_in_part_and_stays_whole()
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"ErrorCode":4006,"rest":"{{new string('x', 200_000)}}"}""");
        using OneWayStream stream = new(body);
        using HttpResponseMessage response = Answer("https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.Forbidden, "");
        response.Content = new StreamContent(stream) { Headers = { { "Content-Type", "application/json" } } };

        VismaApiError? error = await response.ExplainAsync(TestApp.Cancellation);

        // The code is beyond the beginning that is read, because the JSON has no end there.
        Assert.Null(error?.Code);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(TestApp.Cancellation));
    }

    [Fact]
    public async Task Streamed_body_is_explained_and_stays_readable_asynchronously()
    {
        const string Body = """{"ErrorCode":4006,"DeveloperErrorMessage":"scope","ErrorId":"7"}""";
        using OneWayStream stream = new(Encoding.UTF8.GetBytes(Body));
        using HttpResponseMessage response = Answer("https://eaccountingapi.vismaonline.com/v2/customers", HttpStatusCode.Forbidden, "");
        response.Content = new StreamContent(stream);

        VismaApiError? error = await response.ExplainAsync(TestApp.Cancellation);
        VismaApiError? again = await response.ExplainAsync(TestApp.Cancellation);

        Assert.Equal(error, again);
        Assert.Equal("eaccounting-4006", error?.Remedy?.Code);
        Assert.Equal(Body, await response.Content.ReadAsStringAsync(TestApp.Cancellation));
    }

    private static HttpResponseMessage Answer(string address, HttpStatusCode status, string body) => new(status)
    {
        RequestMessage = new HttpRequestMessage(HttpMethod.Get, address),
        Content = new StringContent(body, Encoding.UTF8, body.StartsWith('{') || body.StartsWith('[') ? "application/json" : "text/plain"),
    };
}
