#pragma warning disable VISMA001 // The library still supports VNI.

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>The replies of the token endpoints. Refresh, code and service token at Visma Connect and eAccounting; a code at VNI.</summary>
public sealed class TokenReplyTests : IAsyncDisposable
{
    private const string Success = "200\n" + RawReply.Json + "\nCache-Control: no-store\n\n";

    private static readonly string[] Members =
    [
        "access_token", "token", "token_type", "expires_in", "refresh_token", "id_token", "scope", "error", "error_description", "Bearer", "bearer", "invalid_grant",
        "issu3d-access", "issu3d-refresh", "\"access_token\":\"issu3d-access\",", "\"refresh_token\":\"issu3d-refresh\",", "\"error\":\"invalid_grant\",",
        "\"expires_in\":3600,", "gzip", "Content-Encoding: gzip\n", "Retry-After: 5\n", "x-request-id: a1b2\n", .. Secrets.All,
    ];

    private static readonly Corpus Replies = new(
        [
            // visma-facts 1.5: Visma Connect, with all members; without the optional ones; eAccounting's lower-case type.
            Success + """{"access_token":"issu3d-access","expires_in":3600,"token_type":"Bearer","scope":"ea:api offline_access","refresh_token":"issu3d-refresh"}""",
            Success + """{"access_token":"issu3d-access","expires_in":3600,"token_type":"Bearer","scope":"business-graphql-service-api:access-group-based"}""",
            Success + """{"access_token":"issu3d-access","refresh_token":"issu3d-refresh","token_type":"bearer","expires_in":3600}""",
            Success + """{ "id_token" : "e30.e30.e30", "access_token" : "issu3d-e30.eyJzdWIiOiJhIn0.e30", "expires_in" : "3599.5", "token_type" : "Bearer", "x" : { "access_token" : [ 1, null ] } }""",
            "200\nContent-Type: text/html\n\n<html><body>Sign in</body></html>",
            "204\n\n",
            "302\nLocation: https://evil.example/connect/token\n\n",
            "400\n" + RawReply.Json + "\n\n" + """{"error":"invalid_grant","error_description":"The refresh token was used before."}""",
            "503\nRetry-After: 120\nContent-Type: text/plain\nx-correlation-id: a1b2\n\nService Unavailable",
            // Inputs that found a fault.
            "503\nContent-Type: text/plain\nx-correlation-id: a1" + Secrets.RefreshToken + "b2\n\nService Unavailable",
            "200\nContent-Type: application/" + Secrets.RefreshToken.Replace('/', '-') + "\n\n<html>",
            "200\n" + RawReply.Json + "\n\n{\"" + Secrets.ClientSecret + "\":\"\\ud800\"}",
        ],
        Members);

    private static readonly Corpus VniReplies = new(
        [
            "200\n" + RawReply.Json + "\n\n" + """{"token":"issu3d-4f9c0f5e-a1b2","token_type":"Bearer","scope":"financialstasks"}""",
            "201\n" + RawReply.Json + "\n\n" + """{"access_token":"issu3d-4f9c0f5e-a1b2"}""",
            "400\n" + RawReply.Json + "\n\n" + """{"error":"invalid_client"}""",
            "500\n" + RawReply.Json + "\n\n" + """{"ExceptionType":"IPPException","ExceptionMessage":"Invalid token","ExceptionFaultCode":"","ExceptionMessageID":""}""",
        ],
        Members);

    private readonly Application _application = new();

    [Fact]
    public void Token_reply_is_read_or_is_a_documented_error() => FuzzRun.Run(Replies, 120_000, reply => Check(reply, (reply.Length % 5) switch
    {
        0 => new Request(() => _application.Connect.RefreshAsync(Secrets.RefreshToken), Secrets.OfRefresh),
        1 => new Request(() => _application.EAccounting.RefreshAsync(Secrets.RefreshToken), Secrets.OfRefresh),
        2 => new Request(() => _application.Connect.RequestClientCredentialsTokenAsync(), Secrets.OfClient),
        3 => CodeAt(_application.Connect.ExchangeCodeAsync, VismaAuthority.VismaConnect),
        _ => CodeAt(_application.EAccounting.ExchangeCodeAsync, VismaAuthority.EAccounting),
    }));

    [Fact]
    public void Token_reply_of_vni_is_read_or_is_a_documented_error() =>
        FuzzRun.Run(VniReplies, 40_000, reply => Check(reply, CodeAt(_application.Vni.ExchangeCodeAsync, VismaAuthority.Vni)));

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static Request CodeAt(Func<AuthorizationRequest, AuthorizationResponse, CancellationToken, Task<TokenResponse>> exchange, VismaAuthority authority)
    {
        string callback = $"code={Uri.EscapeDataString(Secrets.Code)}&state={Secrets.State}&iss={authority.Issuer}";
        return new Request(() => exchange(StoredRequest.At(authority), AuthorizationResponse.FromQuery(callback), CancellationToken.None), Secrets.OfCode);
    }

    private void Check(string reply, Request request)
    {
        _application.Answer(reply);
        TokenResponse? first = Read(reply, request);
        if (reply.Length % 8 == 0)
        {
            TokenResponse? second = Read(reply, request);
            Assert.Equal((first?.AccessToken, first?.RefreshToken, first?.ExpiresIn), (second?.AccessToken, second?.RefreshToken, second?.ExpiresIn));
        }
    }

    private TokenResponse? Read(string reply, Request request)
    {
        TokenResponse? tokens = null;
        try
        {
            tokens = request.Send().GetAwaiter().GetResult();
        }
        catch (VismaConnectException documented)
        {
            Secrets.AreNotIn(documented, request.Sent, reply);
        }

        foreach (string line in _application.Log.Take())
        {
            Secrets.AreNotIn(line, request.Sent);
        }

        if (tokens is not null)
        {
            // Its constructor refuses what cannot be sent in a header.
            _ = new AccessToken(tokens.AccessToken, default, default, tokens.Scopes);
            Assert.False(tokens.ExpiresIn < TimeSpan.Zero || tokens.ExpiresIn > TimeSpan.FromDays(1), "The lifetime is out of bounds.");
            Assert.True(tokens.RefreshToken != "" && tokens.IdToken != "" && tokens.Scopes?.Any(string.IsNullOrEmpty) != true, "An empty text is not a value.");
            Assert.DoesNotContain("issu3d-", tokens.ToString(), StringComparison.Ordinal);
        }

        return tokens;
    }

    private sealed record Request(Func<Task<TokenResponse>> Send, IReadOnlyList<string> Sent);
}
