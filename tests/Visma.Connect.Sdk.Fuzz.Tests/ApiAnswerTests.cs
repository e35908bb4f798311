using System.Net;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>What the APIs answer to a call: error bodies, texts about limits, and the challenge of a 401.</summary>
public class ApiAnswerTests
{
    private static readonly Corpus Answers = new(
        [
            Json(400, """{"ExceptionType":"IPPException","ExceptionMessage":"No license for this company","ExceptionFaultCode":"12027","ExceptionMessageID":"12027_a1b2","ExceptionDetails":""}"""),
            Json(500, """{"ExceptionType":"IPPException","ExceptionMessage":"Invalid parameter exception: ipp-company-id","ExceptionFaultCode":12002,"ExceptionMessageID":"id"}"""),
            Json(400, """{"message":"Invalid parameter exception: ipp-company-id"}"""),
            Json(403, """{"ErrorCode":4006,"DeveloperErrorMessage":"The access token is missing a required scope.","ErrorId":"7a1c"}"""),
            Json(429, """{"ErrorCode":4010,"DeveloperErrorMessage":"Too many requests. Try again in 55 seconds.","ErrorId":"7a1d"}"""),
            Json(403, """{"errorcode":48}"""),
            Json(200, """{"data":null,"errors":[{"message":"Too many outstanding requests","extensions":{"code":"OUTSTANDING_LIMIT_EXCEEDED"}}]}"""),
            Json(200, """{"data":{"customer":[{"errors":[]}]}}"""),
            "429\nContent-Type: text/plain\n\nAPI calls quota exceeded!",
            "429\nX-RateLimit-Limit: 5000\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1771\nX-RateLimit-Policy: 6-fixed-window\nRetry-After: 1771\n\n",
            "401\nx-vbc-traceid: 4bf92f3577b34da6\nContent-Type: text/plain\n\nJwt is missing",
            "401\nWWW-Authenticate: Bearer realm=\"a, b=c\", error=\"invalid_token\", error_description=\"The token expired at '11/22/2026'\"\n\n",
            "403\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"a:read b:write\"\nContent-Type: text/html\n\n<html>",
            "503\nRetry-After: Thu, 26 Nov 2026 12:00:00 GMT\nDate: Thu, 26 Nov 2026 11:59:00 GMT\n\n",
            // Inputs that found a fault.
            Json(403, "{\"errorcod\udced\udca0\udc80e\":48}"),
            Json(403, """{"error\ud800code":48,"errors":[{"mess\ud800age":""}]}"""),
        ],
        [
            "ExceptionMessage", "ExceptionFaultCode", "ErrorCode", "DeveloperErrorMessage", "ErrorId", "message", "errors", "extensions", "code", "errorcode", "4010", "12027",
            "Retry-After: ", "Retry-After: 5\n", "Date: ", "X-RateLimit-Reset: ", "X-RateLimit-Remaining: 0\n", "x-vbc-traceid: ", "Content-Type: application/json\n", "Bearer ",
            "WWW-Authenticate: Bearer error=\"x\"\n", "55 seconds", "companyincontext", "expired",
        ]);

    private static readonly Corpus Challenges = new(
        [
            "Bearer error=\"invalid_token\"",
            "bEaReR ERROR=\"invalid_token\"",
            "Bearer realm=\"a, b=c\", error=\"insufficient_scope\", scope=\"a:read b:write\"",
            "Basic realm=\"Bearer error=\\\"no\\\"\", Bearer error=invalid_token",
            "Negotiate\nBearer realm=\"x\" , error = \"invalid_token\"",
            "Bearer error=\"quoted \\\"word\\\" and \\\\\"",
            "Bearer", "Bearer error=", "Bearer error=\"unclosed",
            // Inputs that found a fault.
        ],
        ["Bearer ", "Basic ", "error=", "error_description=", "scope=", "realm=", "\"", "\\\"", ", ", "Bearer error=\"x\""]);

    private static readonly Uri[] Addresses =
    [
        new("https://api.finance.visma.net/v1/customer"), new("https://eaccountingapi.vismaonline.com/v2/customers"), new("https://api.dinero.dk/v1/1/contacts"),
        new("https://business.visma.net/api/graphql"), new("https://integration.visma.net/API/controller/api/v1/customer"), new("https://api.finance.visma.net/erp/service"),
    ];

    [Fact]
    public void Answer_of_an_api_is_explained_and_stays_readable() => FuzzRun.Run(Answers, 110_000, text =>
    {
        byte[] sent = TextBytes.Of(RawReply.SplitAt(text, "\n\n").After);
        using HttpResponseMessage response = RawReply.Parse(text, text.Length % 2 == 0 ? null : body => new StreamContent(new OneWayStream(body)));
        response.RequestMessage = new HttpRequestMessage(HttpMethod.Get, Addresses[text.Length % Addresses.Length]);

        VismaApiError? first = response.ExplainAsync().GetAwaiter().GetResult();
        VismaApiError? second = response.ExplainAsync().GetAwaiter().GetResult();

        RateLimit? limit = response.GetRateLimit();
        Assert.False(limit?.Reset < TimeSpan.Zero || limit?.Limit < 0 || limit?.Remaining < 0, "The budget is out of bounds.");
        Assert.Equal((first?.Code, first?.Message, first?.CorrelationId, first?.Remedy?.Code), (second?.Code, second?.Message, second?.CorrelationId, second?.Remedy?.Code));
        if (first is not null)
        {
            Assert.Equal(response.StatusCode, first.StatusCode);
            Assert.False(first.RetryAfter < TimeSpan.Zero || first.RetryAfter > TimeSpan.FromHours(1), "The time to wait is out of bounds.");
            string shown = first.ToString();
            Assert.True(shown.Length < 3000 && !shown.Any(char.IsControl), "The text is no single line.");
        }

        byte[] left = response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        Assert.True(sent.AsSpan().SequenceEqual(left), "The body was changed.");
    });

    [Fact]
    public void Challenge_is_read_whatever_the_header_says() => FuzzRun.Run(Challenges, 130_000, text =>
    {
        using HttpResponseMessage response = new(HttpStatusCode.Unauthorized);
        foreach (string line in text.Split('\n'))
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", line);
        }

        BearerChallenge? challenge = response.GetBearerChallenge();

        Assert.Equal(challenge, response.GetBearerChallenge());
        Assert.True(challenge is null || text.Contains("bearer", StringComparison.OrdinalIgnoreCase), "There is no challenge.");
        foreach (string value in (IEnumerable<string>)((string?[])[challenge?.Error, challenge?.ErrorDescription, challenge?.Scope, challenge?.Realm]).OfType<string>())
        {
            Assert.True(value.Length <= text.Length, "A value is longer than the header.");
        }
    });

    private static string Json(int status, string body) => $"{status}\n{RawReply.Json}\n\n{body}";

    private sealed class OneWayStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
