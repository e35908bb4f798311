using System.Net;

namespace Visma.Connect.Sdk.Tests.Wire;

// All kinds of replies to a renewal. A refresh token that can be read is not lost, and nothing else changes the connection.
public class UserTokenReplyTests
{
    private const string Good = """{"access_token":"n3w","token_type":"Bearer","expires_in":3600,"refresh_token":"n3xt"}""";

    private static readonly string Long = new('a', 100_000);

    /// <summary>The unusual part, the reply, and the refresh token that is stored afterwards; null for the old one.</summary>
    public static TheoryData<string, string, string?> GoodReplies => new()
    {
        { "nothing", Good, "n3xt" },
        { "refresh_token missing", """{"access_token":"n3w","token_type":"Bearer","expires_in":3600}""", null },
        { "refresh_token empty", """{"access_token":"n3w","token_type":"Bearer","refresh_token":""}""", null },
        { "refresh_token null", """{"access_token":"n3w","token_type":"Bearer","refresh_token":null}""", null },
        { "refresh_token hostile", """{"access_token":"n3w","refresh_token":"r&client_id=evil%41+\r\nX-Evil: 1\u0000å\ud83d\ude00"}""", "r&client_id=evil%41+\r\nX-Evil: 1\u0000å\ud83d\ude00" },
        { "refresh_token long", $$"""{"access_token":"n3w","refresh_token":"{{Long}}"}""", Long },
        { "access_token long", $$"""{"access_token":"n3w{{Long}}","refresh_token":"n3xt"}""", "n3xt" },
        { "token_type missing", """{"access_token":"n3w","refresh_token":"n3xt"}""", "n3xt" },
        { "token_type null", """{"access_token":"n3w","token_type":null,"refresh_token":"n3xt"}""", "n3xt" },
        { "token_type empty", """{"access_token":"n3w","token_type":"","refresh_token":"n3xt"}""", "n3xt" },
        { "token_type in another case", """{"access_token":"n3w","token_type":"bEARER","refresh_token":"n3xt"}""", "n3xt" },
        { "expires_in null", """{"access_token":"n3w","expires_in":null,"refresh_token":"n3xt"}""", "n3xt" },
        { "expires_in a text", """{"access_token":"n3w","expires_in":"3600","refresh_token":"n3xt"}""", "n3xt" },
        { "expires_in no number", """{"access_token":"n3w","expires_in":"\u0000\ud83d\ude00","refresh_token":"n3xt"}""", "n3xt" },
        { "expires_in an object", """{"access_token":"n3w","expires_in":{"expires_in":[1]},"refresh_token":"n3xt"}""", "n3xt" },
        { "expires_in without end", """{"access_token":"n3w","expires_in":1e308,"refresh_token":"n3xt"}""", "n3xt" },
        { "scope null", """{"access_token":"n3w","scope":null,"refresh_token":"n3xt"}""", "n3xt" },
        { "scope empty", """{"access_token":"n3w","scope":"  ","refresh_token":"n3xt"}""", "n3xt" },
        { "scope long", $$"""{"access_token":"n3w","scope":"{{Long}}","refresh_token":"n3xt"}""", "n3xt" },
        { "scope hostile", """{"access_token":"n3w","scope":"a\r\nX-Evil: 1 <script>","refresh_token":"n3xt"}""", "n3xt" },
        { "id_token null", """{"access_token":"n3w","id_token":null,"refresh_token":"n3xt"}""", "n3xt" },
        { "id_token hostile, never asked for", """{"access_token":"n3w","id_token":"a.b.c\r\nX-Evil: 1","refresh_token":"n3xt"}""", "n3xt" },
        { "error null", """{"error":null,"access_token":"n3w","refresh_token":"n3xt"}""", "n3xt" },
        { "error empty", """{"error":"","access_token":"n3w","refresh_token":"n3xt"}""", "n3xt" },
        { "members within others", """{"x":{"refresh_token":"evil","error":"x"},"access_token":"n3w","y":["refresh_token","evil"],"refresh_token":"n3xt"}""", "n3xt" },
        { "a byte order mark", "\uFEFF" + Good, "n3xt" },
    };

    /// <summary>The fault, and a reply in which only the refresh token can be used.</summary>
    public static TheoryData<string, string> SalvageableReplies => new()
    {
        { "access_token missing", """{"token_type":"Bearer","refresh_token":"s4lvaged"}""" },
        { "access_token null", """{"access_token":null,"refresh_token":"s4lvaged"}""" },
        { "access_token empty", """{"access_token":"","refresh_token":"s4lvaged"}""" },
        { "access_token a number", """{"access_token":1,"refresh_token":"s4lvaged"}""" },
        { "access_token an object, behind it", """{"refresh_token":"s4lvaged","access_token":{"refresh_token":"evil"}}""" },
        { "access_token twice", """{"access_token":"a","access_token":"b","refresh_token":"s4lvaged"}""" },
        { "access_token with a header", """{"access_token":"a\r\nX-Evil: 1","refresh_token":"s4lvaged"}""" },
        { "access_token outside ASCII", """{"access_token":"å","refresh_token":"s4lvaged"}""" },
        { "access_token no text", """{"access_token":"\ud800","refresh_token":"s4lvaged"}""" },
        { "token_type unknown", """{"access_token":"a","token_type":"DPoP","refresh_token":"s4lvaged"}""" },
        { "token_type a number", """{"access_token":"a","token_type":1,"refresh_token":"s4lvaged"}""" },
        { "token_type twice", """{"access_token":"a","token_type":"Bearer","token_type":"Bearer","refresh_token":"s4lvaged"}""" },
        { "expires_in twice", """{"access_token":"a","expires_in":1,"expires_in":1,"refresh_token":"s4lvaged"}""" },
        { "id token a list", """{"access_token":"a","id_token":["a"],"refresh_token":"s4lvaged"}""" },
        { "scope no text", """{"access_token":"a","scope":"\udc00","refresh_token":"s4lvaged"}""" },
        { "id_token an object", """{"access_token":"a","id_token":{},"refresh_token":"s4lvaged"}""" },
        { "id_token twice", """{"access_token":"a","id_token":"a.b.c","id_token":"a.b.c","refresh_token":"s4lvaged"}""" },
        { "error an object", """{"access_token":"a","error":{"error":"x"},"refresh_token":"s4lvaged"}""" },
        { "error twice", """{"access_token":"a","error":"","error":"invalid_grant","refresh_token":"s4lvaged"}""" },
        { "JSON malformed behind it", """{"access_token":"a","refresh_token":"s4lvaged",}""" },
        { "JSON malformed before its end", """{"refresh_token":"s4lvaged" "access_token":"a"}""" },
        { "more than JSON", """{"access_token":"a","refresh_token":"s4lvaged"}x""" },
        { "longer than a mebibyte", """{"access_token":"a","refresh_token":"s4lvaged"}""".PadRight((1024 * 1024) + 1) },
        { "behind a mebibyte", $$"""{"a":"{{new string('a', 1024 * 1024)}}","refresh_token":"s4lvaged"}""" },
        { "behind 70 levels", $$"""{"a":{{new string('[', 70)}}{{new string(']', 70)}},"refresh_token":"s4lvaged"}""" },
        { "twice the same", """{"access_token":"a","refresh_token":"s4lvaged","refresh_token":"s4lvaged"}""" },
        { "cut short behind it", """{"access_token":"a","refresh_token":"s4lvaged" """ },
        { "cut short in the next", """{"refresh_token":"s4lvaged","access_tok""" },
    };

    /// <summary>The fault, the reply, how often the refresh token is presented, and the text of the message.</summary>
    public static TheoryData<string, HttpStatusCode, string, int, string> UselessReplies => new()
    {
        { "empty", HttpStatusCode.OK, "", 2, "an empty reply" },
        { "HTML", HttpStatusCode.OK, "<html>", 2, "an HTML or XML page" },
        { "a list", HttpStatusCode.OK, "[" + Good + "]", 2, "not a JSON object" },
        { "longer than a mebibyte", HttpStatusCode.OK, """{"access_token":"a"}""".PadRight((1024 * 1024) + 1), 2, "a reply of more than 1 MiB" },
        { "endless", HttpStatusCode.OK, $$"""{"a":"{{new string('a', 9 * 1024 * 1024)}}","refresh_token":"evil"}""", 2, "a reply of more than 1 MiB" },
        { "refresh_token a number", HttpStatusCode.OK, """{"access_token":"a","refresh_token":1}""", 2, "'refresh_token' is cut short, duplicated or of the wrong type" },
        { "refresh_token an object", HttpStatusCode.OK, """{"access_token":"a","refresh_token":{"refresh_token":"evil"}}""", 2, "'refresh_token' is" },
        { "refresh_token twice", HttpStatusCode.OK, """{"access_token":"a","refresh_token":"evil","refresh_token":"evil2"}""", 2, "'refresh_token' is" },
        { "refresh_token no text", HttpStatusCode.OK, """{"access_token":"a","refresh_token":"\ud800"}""", 2, "'refresh_token' is" },
        { "cut short within", HttpStatusCode.OK, """{"access_token":"a","refresh_token":"evi""", 2, "is cut short" },
        { "cut short before", HttpStatusCode.OK, """{"access_token":"a","refresh_token":""", 2, "cut short" },
        { "access_token missing and no refresh_token", HttpStatusCode.OK, """{"token_type":"Bearer"}""", 2, "without an 'access_token'" },
        { "refused with 200", HttpStatusCode.OK, """{"error":"temporarily_unavailable","access_token":"a","refresh_token":"evil"}""", 1, "(200 temporarily_unavailable)" },
        { "refused", HttpStatusCode.BadRequest, """{"error":"invalid_scope"}""", 1, "(400 invalid_scope)" },
        { "refused by another client secret", HttpStatusCode.Unauthorized, """{"error":"invalid_client"}""", 1, "(401 invalid_client)" },
        { "refused, and tokens all the same", HttpStatusCode.BadRequest, Good, 1, "no OAuth error in the reply" },
        { "error a number", HttpStatusCode.BadRequest, """{"error":400}""", 1, "no OAuth error in the reply" },
        { "error twice", HttpStatusCode.BadRequest, """{"error":"invalid_grant","error":"invalid_grant"}""", 1, "no OAuth error in the reply" },
        { "error with a header", HttpStatusCode.BadRequest, """{"error":"x\r\nX-Evil: 1","error_description":"\u001b[31m\u0000"}""", 1, "(400 x  X-Evil: 1): ' [31m '" },
        { "error long", HttpStatusCode.BadRequest, $$"""{"error":"{{Long}}"}""", 1, "a..." },
        { "error with a refused description", HttpStatusCode.BadRequest, """{"error":"x","error_description":{}}""", 1, "no OAuth error in the reply" },
        { "gateway's own page", HttpStatusCode.BadGateway, "<html>", 2, "no OAuth error in the reply" },
    };

    [Theory]
    [MemberData(nameof(GoodReplies))]
    public async Task Odd_reply_is_used_and_its_refresh_token_kept(string what, string body, string? kept)
    {
        Assert.NotEmpty(what);
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        string? before = (await app.EntryAsync()).Tokens.RefreshToken;
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, body));

        AccessToken token = await process.GetTokenAsync();

        Assert.StartsWith("n3w", token.Value, StringComparison.Ordinal);
        Assert.Equal(kept ?? before, (await app.EntryAsync()).Tokens.RefreshToken);
        app.Time.Advance(TimeSpan.FromDays(1));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, Good));
        await process.GetTokenAsync();
        Assert.Equal(kept ?? before, app.TokenEndpoint.Requests[^1].Form["refresh_token"]);
        Assert.Equal(app.Client.ClientId, app.TokenEndpoint.Requests[^1].Form["client_id"]);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains("n3xt", StringComparison.Ordinal) || line.Contains("\nX-Evil", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SalvageableReplies))]
    public async Task Refresh_token_of_an_unusable_reply_is_saved_and_renewed_with_once_more(string what, string body)
    {
        Assert.NotEmpty(what);
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, body));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, Good));

        AccessToken token = await process.GetTokenAsync();

        Assert.Equal("n3w", token.Value);
        Assert.Equal(2, app.Renewals);
        Assert.Equal("s4lvaged", app.TokenEndpoint.Requests[^1].Form["refresh_token"]);
        Assert.Equal("n3xt", (await app.EntryAsync()).Tokens.RefreshToken);
        Assert.Single(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 16 ", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains("s4lvaged", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(UselessReplies))]
    public async Task Useless_reply_changes_no_token(string what, HttpStatusCode status, string body, int sends, string expected)
    {
        Assert.NotEmpty(what);
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry before = await app.EntryAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(status, body), times: 2);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 1000);
        Assert.Equal(sends, app.Renewals);
        Assert.All(app.TokenEndpoint.Requests.Skip(1), request => Assert.Equal(before.Tokens.RefreshToken, request.Form["refresh_token"]));
        TokenEntry after = await app.EntryAsync();
        Assert.Equal(before.Tokens, after.Tokens);
        Assert.Equal((before.GrantId, ConnectionState.Active), (after.GrantId, after.State));
        Assert.DoesNotContain(app.Log.Lines.Append(error.ToString()), line =>
            line.Contains(before.Tokens.RefreshToken!, StringComparison.Ordinal) || line.Contains("evil", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.OK)]
    public async Task Refusal_ends_the_connection_and_does_not_show_the_token_that_it_quotes(HttpStatusCode status)
    {
        await using UserApp app = await StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        TokenEntry before = await app.EntryAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant", $"token {before.Tokens.RefreshToken} is spent\r\n", status));

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.Contains("'token *** is spent  '", error.Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        Assert.Equal(before.Tokens, (await app.EntryAsync()).Tokens);
        Assert.DoesNotContain(app.Log.Lines.Append(error.ToString()), line => line.Contains(before.Tokens.RefreshToken!, StringComparison.Ordinal));
    }

    // The old refresh token is spent, so only the new one can continue.
    [Fact]
    public async Task Reply_that_breaks_off_behind_the_refresh_token_costs_one_more_renewal_and_no_consent()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.CutNextReplyAfter("refresh_token");

        AccessToken token = await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.NotEqual(app.TokenEndpoint.Requests[1].Form["refresh_token"], app.TokenEndpoint.Requests[2].Form["refresh_token"]);
        Assert.Equal(token.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
        Assert.Empty(app.Visma.NeedlessReplays);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Reply_without_an_access_token_is_salvaged_once_and_an_error_the_second_time()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.ChangeNextReply(reply => reply.Remove("access_token"));
        app.TokenEndpoint.ChangeNextReply(reply => reply["access_token"] = 1);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains("'access_token' is cut short, duplicated or of the wrong type", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, app.Renewals);
        await process.GetTokenAsync();
        Assert.Equal(3, app.Renewals);
        Assert.Equal(3, app.TokenEndpoint.Requests.Skip(1).Select(request => request.Form["refresh_token"]).Distinct().Count());
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // With a grace period, a request with an unknown outcome is repeated at once.
    private static Task<UserApp> StartAsync() => UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
}
