using System.Net;

namespace Visma.Connect.Sdk.Tests.Wire;

public class TokenReplyTests
{
    private const string Good = """{"access_token":"t0ken","token_type":"Bearer","expires_in":60}""";

    public static TheoryData<string, string, string> UnusableReplies => new()
    {
        { "empty", "", "an empty reply" },
        { "white space", " \r\n ", "an empty reply" },
        { "HTML", "<html>Sign in</html>", "an HTML or XML page" },
        { "a list", """["access_token"]""", "not a JSON object" },
        { "a string", "\"t0ken\"", "not a JSON object" },
        { "text", "OK", "not a JSON object" },
        { "null", "null", "not a JSON object" },
        { "truncated", """{"access_token":"t0ken","token_ty""", "cut short or malformed" },
        { "truncated value", """{"access_token":"t0k""", "cut short" },
        { "two objects", Good + Good, "cut short or malformed" },
        { "duplicate member", """{"access_token":"t0ken","access_token":"evil","token_type":"Bearer"}""", "'access_token' is cut short, duplicated" },
        { "duplicate error", """{"error":"a","error":"b"}""", "'error' is cut short, duplicated" },
        { "no token", """{"token_type":"Bearer","expires_in":60}""", "without an 'access_token'" },
        { "empty token", """{"access_token":"","token_type":"Bearer"}""", "without an 'access_token'" },
        { "null token", """{"access_token":null,"token_type":"Bearer"}""", "without an 'access_token'" },
        { "number as token", """{"access_token":1234567,"token_type":"Bearer"}""", "'access_token' is cut short, duplicated or of the wrong type" },
        { "object as token", """{"access_token":{},"token_type":"Bearer"}""", "'access_token' is" },
        { "token with a line break", """{"access_token":"t0ken\r\nX-Evil: 1","token_type":"Bearer"}""", "cannot be sent in a header" },
        { "token with a space", """{"access_token":"t0 ken","token_type":"Bearer"}""", "cannot be sent in a header" },
        { "token outside ASCII", """{"access_token":"t0kén","token_type":"Bearer"}""", "cannot be sent in a header" },
        { "unknown token type", """{"access_token":"t0ken","token_type":"DPoP"}""", "another type than 'Bearer'" },
    };

    [Theory]
    [MemberData(nameof(UnusableReplies))]
    public async Task Unusable_reply_is_an_error_that_names_what_was_wrong(string what, string body, string expected)
    {
        Assert.NotEmpty(what);

        VismaConnectException error = await FailAsync(FakeReply.Status(HttpStatusCode.OK, body));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, error.StatusCode);
        Assert.DoesNotContain("t0k", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", error.ToString(), StringComparison.Ordinal);
    }

    // RFC 6749 section 3.3 has words with spaces between them; some servers write an array, and the token is valid all the same.
    [Theory]
    [InlineData("""["a","b"]""", "a b")]
    [InlineData("""["a b"]""", "a b")]
    [InlineData("""["a",7,{"x":["y"]},"b"]""", "a b")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("7", null)]
    [InlineData("""{"a":["b"]}""", null)]
    public async Task Scope_is_read_as_text_or_as_an_array(string scope, string? expected)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        using VismaConnectClient client = new(visma.AddClient("isv_acme", "a", "b").ToOptions(), visma.VismaConnect);
        visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, $$"""{"access_token":"t0ken","scope":{{scope}},"token_type":"Bearer"}"""));

        TokenResponse response = await client.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation);

        Assert.Equal(expected, response.Scopes is null ? null : string.Join(' ', response.Scopes));
    }

    [Fact]
    public async Task Reply_that_ends_before_its_length_is_a_lost_connection()
    {
        VismaConnectException error = await FailAsync(FakeReply.CutShort(Good[..^1]));

        Assert.True(error.IsTransient);
        Assert.Contains("connection failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_reply_counts_although_its_length_promises_more()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.CutShort(Good));

        Assert.NotEmpty((await app.GetTokenAsync(app.AddCompany())).Value);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Reply_of_more_than_a_mebibyte_is_not_read()
    {
        VismaConnectException error = await FailAsync(FakeReply.Status(HttpStatusCode.OK, Good + new string(' ', 1024 * 1024)));

        Assert.Contains("more than 1 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reply_of_just_a_mebibyte_is_read()
    {
        TokenResponse response = await SucceedAsync(Good.PadRight(1024 * 1024));

        Assert.Equal("t0ken", response.AccessToken);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task Token_type_is_compared_without_case(string type)
    {
        TokenResponse response = await SucceedAsync($$"""{"access_token":"t0ken","token_type":"{{type}}"}""");

        Assert.Equal("t0ken", response.AccessToken);
    }

    [Fact]
    public async Task Unknown_members_and_a_byte_order_mark_are_ignored()
    {
        TokenResponse response = await SucceedAsync("\uFEFF" + """{"x":{"access_token":"no"},"access_token":"t0ken","token_type":"Bearer","y":[1,2]}""");

        Assert.Equal("t0ken", response.AccessToken);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(""","expires_in":null""", null)]
    [InlineData(""","expires_in":"soon" """, null)]
    [InlineData(""","expires_in":true""", null)]
    [InlineData(""","expires_in":{"seconds":[60]}""", null)]
    [InlineData(""","expires_in":3600""", 3600d)]
    [InlineData(""","expires_in":"3600" """, 3600d)]
    [InlineData(""","expires_in":3599.5""", 3599.5)]
    [InlineData(""","expires_in":0""", 0d)]
    [InlineData(""","expires_in":-5""", 0d)]
    [InlineData(""","expires_in":9223372036854775808""", 86400d)]
    [InlineData(""","expires_in":1e300""", 86400d)]
    [InlineData(""","expires_in":"1e300" """, 86400d)]
    public async Task Expires_in_is_taken_as_it_comes_and_clamped(string member, double? seconds)
    {
        TokenResponse response = await SucceedAsync($$"""{"access_token":"t0ken","token_type":"Bearer"{{member}}}""");

        Assert.Equal(seconds, response.ExpiresIn?.TotalSeconds);
    }

    [Fact]
    public async Task A_200_that_carries_an_error_is_a_refusal()
    {
        VismaConnectException error = await FailAsync(FakeReply.Refusal("invalid_grant", "gone", HttpStatusCode.OK));

        Assert.Equal("invalid_grant", error.Error);
        Assert.Equal("gone", error.ErrorDescription);
    }

    [Theory]
    [InlineData("invalid_client", "ClientSecret")]
    [InlineData("invalid_scope", "Scopes")]
    [InlineData("unauthorized_client", "type of the application")]
    [InlineData("invalid_request", "name the tenant")]
    public async Task Refusal_maps_to_its_error_code_and_remedy(string code, string remedy)
    {
        VismaConnectException error = await FailAsync(FakeReply.Refusal(code));

        Assert.Equal(code, error.Error);
        Assert.Equal(error.Remedy?.Page?.AbsoluteUri, error.HelpLink);
        Assert.Contains(remedy, error.Remedy?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    public async Task Error_status_without_an_oauth_error_is_still_a_typed_error(HttpStatusCode status, bool isTransient)
    {
        VismaConnectException error = await FailAsync(FakeReply.Status(status, "<html>", "text/html"));

        Assert.Null(error.Error);
        Assert.Equal(status, error.StatusCode);
        Assert.Equal(isTransient, error.IsTransient);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("-3", null)]
    [InlineData("99999999", 300)]
    [InlineData("Sat, 21 Nov 2026 12:01:30 GMT", 90)]
    [InlineData("Sat, 21 Nov 2020 12:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_read_as_seconds_or_date_and_bounded(string header, int? seconds)
    {
        VismaConnectException error = await FailAsync(FakeReply.Busy(header));

        Assert.Equal(seconds, (int?)error.RetryAfter?.TotalSeconds);
        Assert.True(error.IsTransient);
    }

    // RFC 9110 section 6.6.1: the header Date is the server's clock, by which it has chosen the date of Retry-After.
    [Theory]
    [InlineData("Sat, 21 Nov 2026 15:00:00 GMT", "Sat, 21 Nov 2026 15:01:30 GMT", 90)]
    [InlineData("Sat, 21 Nov 2026 09:00:00 GMT", "Sat, 21 Nov 2026 09:01:30 GMT", 90)]
    [InlineData("Sat, 21 Nov 2026 15:00:00 GMT", "17", 17)]
    [InlineData("yesterday", "Sat, 21 Nov 2026 12:01:30 GMT", 90)]
    public async Task Retry_after_as_a_date_is_read_by_the_clock_of_the_server(string date, string retryAfter, int seconds)
    {
        VismaConnectException error = await FailAsync(
            FakeReply.Status(HttpStatusCode.ServiceUnavailable, headers: [("Date", date), ("Retry-After", retryAfter)]));

        Assert.Equal(TimeSpan.FromSeconds(seconds), error.RetryAfter);
    }

    [Fact]
    public async Task Correlation_id_is_handed_on()
    {
        VismaConnectException error = await FailAsync(
            FakeReply.Status(HttpStatusCode.BadRequest, """{"error":"invalid_request"}""", headers: ("X-Correlation-Id", "abc-123")));

        Assert.Equal("abc-123", error.CorrelationId);
    }

    [Fact]
    public async Task Secret_that_the_server_echoes_does_not_reach_the_message()
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        endpoint.Visma.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_client", $"secret {endpoint.Registered.Secret} is wrong\r\nsecond line"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(endpoint.AskAsync);

        Assert.DoesNotContain(endpoint.Registered.Secret, error.ToString(), StringComparison.Ordinal);
        Assert.Equal("secret *** is wrong  second line", error.ErrorDescription);
    }

    [Fact]
    public async Task Secret_that_the_server_puts_into_a_header_or_a_name_does_not_reach_the_message()
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        string secret = Uri.EscapeDataString(endpoint.Registered.Secret);
        endpoint.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway, headers: ("x-request-id", $"id-{secret}")));
        endpoint.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "<html>", $"application/{secret}"));
        endpoint.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, $$"""{"{{secret}}":tru}"""));

        VismaConnectException inId = await Assert.ThrowsAsync<VismaConnectException>(endpoint.AskAsync);
        VismaConnectException inType = await Assert.ThrowsAsync<VismaConnectException>(endpoint.AskAsync);
        VismaConnectException inName = await Assert.ThrowsAsync<VismaConnectException>(endpoint.AskAsync);

        Assert.Equal("id-***", inId.CorrelationId);
        Assert.Contains("(application/***)", inType.Message, StringComparison.Ordinal);
        Assert.Contains("malformed at byte", inName.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, inName.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_connection_is_a_transient_error_with_its_cause()
    {
        VismaConnectException error = await FailAsync(FakeReply.Drop);

        Assert.True(error.IsTransient);
        Assert.IsType<HttpRequestException>(error.InnerException);
    }

    [Fact]
    public async Task Token_request_has_a_time_out_of_its_own()
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        using FakePause pause = endpoint.Visma.TokenEndpoint.PauseNext();
        Task<TokenResponse> asking = endpoint.AskAsync();
        await pause.Reached.Soon();

        await endpoint.Time.PassAsync(TimeSpan.FromSeconds(30));
        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => asking);

        Assert.True(error.IsTransient);
        Assert.Contains("within 30 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transport_that_does_not_heed_its_cancellation_holds_nobody_up()
    {
        using DeafHandler deaf = new();
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).ConfigureTokenRequests(
            http => http.AssumePrimaryHandlerNeverRedirects().UsePrimaryHandler(deaf)));
        Task<AccessToken> asking = app.GetTokenAsync(app.AddCompany()).AsTask();
        await deaf.Reached.Task.Soon();

        app.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.True((await Assert.ThrowsAsync<VismaConnectException>(() => asking)).IsTransient);
    }

    [Fact]
    public async Task Cancellation_of_the_caller_is_a_cancellation_and_no_error_of_vismas()
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        using FakePause pause = endpoint.Visma.TokenEndpoint.PauseNext();
        using CancellationTokenSource cancellation = new();
        Task<TokenResponse> asking = endpoint.Client.RequestClientCredentialsTokenAsync(cancellationToken: cancellation.Token).Soon();
        await pause.Reached.Soon();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private sealed class DeafHandler : HttpMessageHandler
    {
        public TaskCompletionSource Reached { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Reached.TrySetResult();
            return new TaskCompletionSource<HttpResponseMessage>().Task;
        }
    }

    private static async Task<VismaConnectException> FailAsync(FakeReply reply)
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        endpoint.Visma.TokenEndpoint.AnswerNext(reply);
        return await Assert.ThrowsAsync<VismaConnectException>(endpoint.AskAsync);
    }

    private static async Task<TokenResponse> SucceedAsync(string body)
    {
        await using Endpoint endpoint = await Endpoint.StartAsync();
        endpoint.Visma.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, body));
        return await endpoint.AskAsync();
    }

    private sealed class Endpoint(FakeVisma visma, ManualTime time, FakeClient registered) : IAsyncDisposable
    {
        public FakeVisma Visma => visma;

        public ManualTime Time => time;

        public FakeClient Registered => registered;

        public VismaConnectClient Client { get; } = new(
            new VismaClientOptions { ClientId = registered.ClientId, ClientSecret = registered.Secret },
            visma.VismaConnect,
            time,
            new TokenRequestOptions { Enabled = false });

        public static async Task<Endpoint> StartAsync()
        {
            ManualTime time = new();
            FakeVisma visma = await FakeVisma.StartAsync(time, TestApp.Cancellation);
            return new Endpoint(visma, time, visma.AddClient("isv_acme", "a"));
        }

        public Task<TokenResponse> AskAsync() => Client.RequestClientCredentialsTokenAsync(cancellationToken: TestApp.Cancellation).Soon();

        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            return visma.DisposeAsync();
        }
    }
}
