using System.Net;

namespace Visma.Connect.Sdk.Tests.Handlers;

// RFC 6750 section 3, RFC 9110 section 11.6.1.
public class BearerChallengeTests
{
    public static TheoryData<string[], string?, string?, string?> Challenges => new()
    {
        { ["Bearer error=\"invalid_token\""], "invalid_token", null, null },
        { ["bEaReR ERROR=\"invalid_token\""], "invalid_token", null, null },
        { ["Bearer realm=\"a, b=c\", error=\"insufficient_scope\", scope=\"a:read b:write\""], "insufficient_scope", "a:read b:write", "a, b=c" },
        { ["Basic realm=\"Bearer error=\\\"no\\\"\", Bearer error=invalid_token"], "invalid_token", null, null },
        { ["Negotiate", "Bearer realm=\"x\" , error = \"invalid_token\""], "invalid_token", null, "x" },
        { ["Bearer error=\"quoted \\\"word\\\" and \\\\\""], "quoted \"word\" and \\", null, null },
        { ["Bearer"], null, null, null },
        { ["Bearer error="], "", null, null },
        { ["Bearer error=\"unclosed"], null, null, null },
    };

    [Theory]
    [MemberData(nameof(Challenges))]
    public void Bearer_challenge_is_read_from_among_others(string[] headers, string? error, string? scope, string? realm)
    {
        using HttpResponseMessage response = new(HttpStatusCode.Unauthorized);
        foreach (string header in headers)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        }

        BearerChallenge? challenge = response.GetBearerChallenge();

        if (headers[0].Contains("unclosed", StringComparison.Ordinal))
        {
            // Invalid headers, which the platform does not parse. They are ignored.
            Assert.Null(challenge?.Scope);
            return;
        }

        Assert.Equal((error, scope, realm), (challenge?.Error, challenge?.Scope, challenge?.Realm));
    }

    [Theory]
    [InlineData()]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("DPoP error=\"invalid_token\"")]
    public void No_bearer_challenge_is_none(params string[] headers)
    {
        using HttpResponseMessage response = new(HttpStatusCode.Unauthorized);
        foreach (string header in headers)
        {
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        }

        Assert.Null(response.GetBearerChallenge());
    }
}
