using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Wire;

// RFC 6749 section 4.1.2 and RFC 9207: a request to the redirect URI is untrusted.
public class AuthorizationResponseTests
{
    private static readonly string TooLong = new('a', 16 * 1024);

    /// <summary>The fault, the query with [C], [S] and [I] for the right code, state and issuer, and the text of the message.</summary>
    public static TheoryData<string, string, string> BadAnswers => new()
    {
        { "nothing at all", "", "it has no state" },
        { "code missing", "state=[S]&iss=[I]", "it has neither a code nor an error" },
        { "code empty", "code=&state=[S]&iss=[I]", "it has neither a code nor an error" },
        { "code without a value", "code&state=[S]&iss=[I]", "it has neither a code nor an error" },
        { "code in another case", "Code=[C]&state=[S]&iss=[I]", "it has neither a code nor an error" },
        { "code twice", "code=[C]&code=[C]&state=[S]&iss=[I]", "parameter 'code' occurs more than once" },
        { "code twice, once empty", "code=[C]&state=[S]&iss=[I]&code=", "parameter 'code' occurs more than once" },
        { "code too long", $"code={TooLong}a&state=[S]&iss=[I]", "it is longer than 16 KiB" },
        { "code with a header", "code=[C]%0D%0AX-Evil%3A%201&state=[S]&iss=[I]", "its code contains characters that a code cannot contain" },
        { "code with a null", "code=[C]%00&state=[S]&iss=[I]", "its code contains characters that a code cannot contain" },
        { "code outside ASCII", "code=[C]%C3%A5&state=[S]&iss=[I]", "its code contains characters that a code cannot contain" },
        { "code outside ASCII, not encoded", "code=[C]\u202e&state=[S]&iss=[I]", "its code contains characters that a code cannot contain" },
        { "state missing", "code=[C]&iss=[I]", "it has no state" },
        { "state empty", "code=[C]&state=&iss=[I]", "it has no state" },
        { "state of another sign-in", "code=[C]&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&iss=[I]", "it has another state" },
        { "state with more behind it", "code=[C]&state=[S]%20&iss=[I]", "it has another state" },
        { "state with a header", "code=[C]&state=[S]%0D%0AX-Evil%3A%201&iss=[I]", "it has another state" },
        { "state as HTML", "code=[C]&state=%3Cscript%3Ealert[S]%3C%2Fscript%3E&iss=[I]", "it has another state" },
        { "state outside ASCII", "code=[C]&state=%F0%9F%98%80&iss=[I]", "it has another state" },
        { "state twice", "code=[C]&state=[S]&state=[S]&iss=[I]", "parameter 'state' occurs more than once" },
        { "state too long", $"code=[C]&state={TooLong}a&iss=[I]", "it is longer than 16 KiB" },
        { "issuer missing", "code=[C]&state=[S]", "it has no issuer (iss, RFC 9207), which this server always sends" },
        { "issuer empty", "code=[C]&state=[S]&iss=", "it has no issuer" },
        { "issuer twice", "code=[C]&state=[S]&iss=[I]&iss=[I]", "parameter 'iss' occurs more than once" },
        { "another issuer", "code=[C]&state=[S]&iss=https%3A%2F%2Fevil.example", "its issuer is 'https://evil.example' instead of" },
        { "issuer with a slash", "code=[C]&state=[S]&iss=[I]%2F", "it comes from another server" },
        { "issuer in another case", "code=[C]&state=[S]&iss=HTTP:%2F%2F127.0.0.1", "it comes from another server" },
        { "issuer with a header", "code=[C]&state=[S]&iss=[I]%0D%0AX-Evil%3A%201", "it comes from another server" },
        { "issuer that quotes the state", "code=[C]&state=[S]&iss=https%3A%2F%2Fevil.example%2F[S]%2F[C]", "its issuer is 'https://evil.example/***/***' instead of" },
        { "issuer too long", $"code=[C]&state=[S]&iss={TooLong}a", "it is longer than 16 KiB" },
        { "error twice", "error=access_denied&error=access_denied&state=[S]&iss=[I]", "parameter 'error' occurs more than once" },
        { "error and code", "error=server_error&code=[C]&state=[S]&iss=[I]", "VismaConnect refused the authorization request of client 'nxt' for connection 'customer-42' (server_error)" },
        { "error without state", "error=access_denied&iss=[I]", "it has no state" },
        { "error with another state", "error=access_denied&state=forged&iss=[I]", "it has another state" },
        { "error without issuer", "error=access_denied&state=[S]", "it has no issuer" },
        { "error of another issuer", "error=access_denied&state=[S]&iss=https%3A%2F%2Fevil.example", "its issuer is 'https://evil.example' instead of" },
        { "error too long", $"error={TooLong}a&state=[S]&iss=[I]", "it is longer than 16 KiB" },
        { "error with a header", "error=server_error%0D%0AX-Evil%3A%201&state=[S]&iss=[I]", "(server_error  X-Evil: 1)" },
        { "error that quotes", "error=server_error&error_description=state+[S],+code+[C]&code=[C]&state=[S]&iss=[I]", "(server_error): 'state ***, code ***'" },
        { "description twice", "error=x&error_description=a&error_description=b&state=[S]&iss=[I]", "parameter 'error_description' occurs more than once" },
        { "description of several lines", "error=x&error_description=a%0D%0A%1B%5B31mb&state=[S]&iss=[I]", "(x): 'a   [31mb'" },
        { "description without end", $"error=x&error_description={new string('d', 5000)}&state=[S]&iss=[I]", $"(x): '{new string('d', 400)}'" },
    };

    /// <summary>The same for faults of the text only: of its encoding, which a caller's decoder would remove, and of its length.</summary>
    public static TheoryData<string, string, string> BadlyEncodedAnswers => new()
    {
        { "other parameters without end", $"code=[C]&state=[S]&iss=[I]&x={TooLong}", "it is longer than 16 KiB" },
        { "code with half a byte", "code=[C]%f&state=[S]&iss=[I]", "parameter 'code' is not encoded as an address requires it" },
        { "code with no byte", "code=%zz[C]&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "code that ends in a percent sign", "code=[C]%&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "code with a byte of no text", "code=[C]%FF&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "code with an overlong character", "code=[C]%C0%AF&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "code with half a surrogate pair", "code=[C]%ED%A0%80&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "code with a character cut short", "code=[C]%E2%82&state=[S]&iss=[I]", "parameter 'code' is not encoded" },
        { "state with no byte", "code=[C]&state=[S]%zz&iss=[I]", "parameter 'state' is not encoded" },
        { "state with a byte of no text", "code=[C]&state=[S]%FF&iss=[I]", "parameter 'state' is not encoded" },
        { "issuer with no byte", "code=[C]&state=[S]&iss=%zz[I]", "parameter 'iss' is not encoded" },
        { "error with no byte", "error=%zz&state=[S]&iss=[I]", "parameter 'error' is not encoded" },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public Task Bad_answer_is_refused_by_a_message_of_its_own_and_nothing_is_redeemed(string what, string query, string expected) =>
        AssertRefusedAsync(what, query, expected, isEncoded: true);

    [Theory]
    [MemberData(nameof(BadlyEncodedAnswers))]
    public Task Badly_encoded_answer_is_refused_and_nothing_is_redeemed(string what, string query, string expected) =>
        AssertRefusedAsync(what, query, expected, isEncoded: false);

    [Theory]
    [InlineData("?{0}")]
    [InlineData("{0}")]
    [InlineData("&&{0}&")]
    [InlineData("from=a&{0}&from=b&x=%zz&%ff=%ff")]
    [InlineData("error=&{0}")]
    public async Task Good_answer_is_found_among_whatever_else_the_address_has(string format)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        string query = (await app.Visma.SignInAsync(start.Url, app.User, cancellationToken: TestApp.Cancellation)).Uri.Query.Substring(1);

        AuthorizationResponse answer = AuthorizationResponse.FromQuery(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, query));
        VismaConnection connection = await process.Connections.CompleteAsync(start, answer, TestApp.Cancellation).Soon();

        Assert.Equal(start.State, answer.State);
        Assert.Equal(ConnectionState.Active, connection.State);
    }

    [Fact]
    public async Task Answer_is_read_from_the_whole_address_without_its_fragment()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        FakeCallback callback = await app.Visma.SignInAsync(start.Url, app.User, cancellationToken: TestApp.Cancellation);

        AuthorizationResponse answer = AuthorizationResponse.FromUri(new Uri(callback.Uri.OriginalString + "#state=evil&code=evil"));
        VismaConnection connection = await process.Connections.CompleteAsync(start, answer, TestApp.Cancellation).Soon();

        Assert.Equal(start.State, answer.State);
        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Null(AuthorizationResponse.FromUri(new Uri("https://acme.example/callback")).State);
        Assert.Null(AuthorizationResponse.FromUri(new Uri("/callback#code=a&state=b", UriKind.Relative)).State);
    }

    [Fact]
    public async Task Posted_form_is_an_answer_too()
    {
        await using UserApp app = await UserApp.StartAsync();

        VismaConnection connection = await app.ConnectAsync(app.StartProcess(), new AuthorizationRequestOptions { ResponseMode = AuthorizationResponseMode.FormPost });

        Assert.Equal(ConnectionState.Active, connection.State);
    }

    // RFC 6749 appendix A.11: any visible ASCII, which the form encodes.
    [Fact]
    public async Task Code_of_odd_characters_reaches_the_server_as_it_is()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        const string Code = "<script>&client_id=evil%41+ \"'\\~";

        await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(
            start,
            AuthorizationResponse.FromQuery($"code={Uri.EscapeDataString(Code)}&state={start.State}&iss={Uri.EscapeDataString(start.Issuer!)}"),
            TestApp.Cancellation).Soon());

        FakeRequest request = Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal((Code, app.Client.ClientId), (request.Form["code"], request.Form["client_id"]));
    }

    [Fact]
    public async Task Answer_after_an_hour_is_refused_and_one_within_is_not()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest first = process.Connections.Begin("nxt", "customer-42");
        AuthorizationRequest second = process.Connections.Begin("nxt", "customer-42");
        app.Time.Advance(TimeSpan.FromHours(1));

        VismaConnection connection = await process.Connections.CompleteAsync(first, await app.AnswerAsync(first), TestApp.Cancellation).Soon();
        AuthorizationResponse late = await app.AnswerAsync(second);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(second, late, TestApp.Cancellation).Soon());

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Contains("it arrived more than an hour after the request. No code was exchanged. Have the user begin again.", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Answer_to_another_request_is_refused_though_both_are_of_the_same_application()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest mine = process.Connections.Begin("nxt", "customer-42");
        AuthorizationRequest attackers = process.Connections.Begin("nxt", "customer-43");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(async () =>
            await process.Connections.CompleteAsync(mine, await app.AnswerAsync(attackers), TestApp.Cancellation).Soon());

        Assert.Contains("it has another state: it belongs to another sign-in, or it is forged", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData("isv_other", null)]
    [InlineData(null, "https://connect.visma.com/connect/token")]
    public async Task Request_of_another_application_or_server_is_not_completed(string? clientId, string? tokenEndpoint)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse answer = await app.AnswerAsync(start);
        AuthorizationRequest other = AuthorizationRequest.FromJson(start.ToJson()
            .Replace(start.ClientId, clientId ?? start.ClientId, StringComparison.Ordinal)
            .Replace(start.TokenEndpoint.AbsoluteUri, tokenEndpoint ?? start.TokenEndpoint.AbsoluteUri, StringComparison.Ordinal));

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => process.Connections.CompleteAsync(other, answer, TestApp.Cancellation).Soon());

        Assert.Contains("was begun by another application or at another server than client 'nxt' now is. Nothing was sent; begin again.", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task User_who_says_no_is_told_apart_from_every_other_error()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        FakeCallback callback = await app.Visma.CancelSignInAsync(start.Url, TestApp.Cancellation);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => process.Connections.CompleteAsync(start, AuthorizationResponse.FromUri(callback.Uri), TestApp.Cancellation).Soon());

        Assert.Equal((true, false, "access_denied"), (error.IsCancelledByUser, error.IsTransient, error.Error));
        Assert.Equal("The user cancelled.", error.ErrorDescription);
        Assert.Contains("The user did not consent to the authorization request of client 'nxt' for connection 'customer-42' (access_denied)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_who_says_no_is_understood_though_the_description_is_badly_encoded()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(
            start,
            AuthorizationResponse.FromQuery($"error=access_denied&error_description=N%E5+ikke&state={start.State}&iss={Uri.EscapeDataString(start.Issuer!)}"),
            TestApp.Cancellation).Soon());

        Assert.Equal((true, null), (error.IsCancelledByUser, error.ErrorDescription));
    }

    [Theory]
    [InlineData("temporarily_unavailable", true)]
    [InlineData("server_error", true)]
    [InlineData("invalid_scope", false)]
    [InlineData("login_required", false)]
    [InlineData("ACCESS_DENIED", false)]
    [InlineData("something_new", false)]
    public async Task Other_error_is_not_the_users_no_and_says_whether_to_try_again(string code, bool isTransient)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(
            start, AuthorizationResponse.From([new("error", code), new("state", start.State), new("iss", start.Issuer)]), TestApp.Cancellation).Soon());

        Assert.Equal((code, false, isTransient), (error.Error, error.IsCancelledByUser, error.IsTransient));
    }

    [Fact]
    public async Task Answer_without_issuer_is_refused_from_a_server_that_always_names_itself()
    {
        await using UserApp app = await UserApp.StartAsync();
        app.Server.SendsIssuer = false;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(app.StartProcess()));

        Assert.Contains("it has no issuer (iss, RFC 9207), which this server always sends", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Answer_without_issuer_is_taken_where_the_settings_say_that_the_server_does_not_name_itself()
    {
        await using UserApp app = await UserApp.StartAsync(services: services => services.PostConfigure<VismaConnectOptions>(
            options => options.Authorities["VismaConnect"].AuthorizationResponseHasIssuer = false));
        app.Server.SendsIssuer = false;

        VismaConnection connection = await app.ConnectAsync(app.StartProcess());

        Assert.Equal(ConnectionState.Active, connection.State);
    }

    [Fact]
    public async Task Wrong_issuer_is_refused_also_where_none_is_required()
    {
        await using UserApp app = await UserApp.StartAsync(services: services => services.PostConfigure<VismaConnectOptions>(
            options => options.Authorities["VismaConnect"].AuthorizationResponseHasIssuer = false));
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(
            start, AuthorizationResponse.From([new("code", "c0de"), new("state", start.State), new("iss", start.Issuer + "/")]), TestApp.Cancellation).Soon());

        Assert.Contains("it comes from another server", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public void ToString_shows_neither_code_nor_error()
    {
        Assert.Equal("authorization response", AuthorizationResponse.FromQuery("code=c0de&state=s").ToString());
        Assert.Equal("authorization response with an error", AuthorizationResponse.FromQuery("error=access_denied&state=s").ToString());
    }

    private static async Task AssertRefusedAsync(string what, string query, string expected, bool isEncoded)
    {
        Assert.NotEmpty(what);
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string? version = (await app.EntryAsync()).Version;
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        FakeCallback callback = await app.Visma.SignInAsync(start.Url, app.User, cancellationToken: TestApp.Cancellation);
        string code = QueryHelpers.ParseQuery(callback.Uri.Query)["code"].ToString();
        string answer = Fill(query, code, start);

        foreach (AuthorizationResponse response in Readings(answer, isEncoded))
        {
            VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, response, TestApp.Cancellation).Soon());

            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.False(error.IsCancelledByUser);
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.InRange(error.Message.Length, 1, 1000);
            foreach (string secret in (string[])[code, start.State, start.CodeVerifier!])
            {
                Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(secret, response.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(secret, string.Join('\n', app.Log.Lines), StringComparison.Ordinal);
            }
        }

        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal(version, (await app.EntryAsync()).Version);
    }

    private static string Fill(string query, string code, AuthorizationRequest start) => query
        .Replace("[C]", code, StringComparison.Ordinal)
        .Replace("[S]", start.State, StringComparison.Ordinal)
        .Replace("[I]", Uri.EscapeDataString(start.Issuer!), StringComparison.Ordinal);

    private static IEnumerable<AuthorizationResponse> Readings(string answer, bool isEncoded)
    {
        yield return AuthorizationResponse.FromQuery("?" + answer);
        yield return AuthorizationResponse.FromForm(answer);
        yield return AuthorizationResponse.FromUri(new Uri($"{UserApp.RedirectUri}?{answer}"));
        if (isEncoded)
        {
            yield return AuthorizationResponse.From(
                QueryHelpers.ParseQuery(answer).SelectMany(parameter => parameter.Value, (parameter, value) => new KeyValuePair<string, string?>(parameter.Key, value)));
        }
    }
}
