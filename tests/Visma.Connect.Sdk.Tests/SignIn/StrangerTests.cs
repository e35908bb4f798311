using System.Net.Sockets;

namespace Visma.Connect.Sdk.Tests.SignIn;

// Other requests than the user's answer reach the port. Each is refused, and the user still gets in.
public class StrangerTests
{
    private static CancellationToken Cancellation => DesktopApp.Cancellation;

    [Theory]
    [InlineData("GET /favicon.ico HTTP/1.1\r\nHost: {host}\r\n\r\n", 404)]
    [InlineData("GET /signed-in/ HTTP/1.1\r\nHost: {host}\r\n\r\n", 404)]
    [InlineData("GET /Signed-In HTTP/1.1\r\nHost: {host}\r\n\r\n", 404)]
    [InlineData("GET //signed-in HTTP/1.1\r\nHost: {host}\r\n\r\n", 404)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in?code=c HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in?code=c&state=wrong HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in?error=access_denied&state=wrong HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("HEAD /signed-in HTTP/1.1\r\nHost: {host}\r\n\r\n", 405)]
    [InlineData("POST /signed-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\n\r\na=b", 405)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET http://{host}/signed-in HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost : {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\n folded\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.0\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/2\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET  /signed-in HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in\u00e6 HTTP/1.1\r\nHost: {host}\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 65537\r\n\r\n", 413)]
    [InlineData("GET /signed-in HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411)]
    [InlineData("\u0016\u0003\u0001\r\n\r\n", 400)]
    [InlineData("\r\n\r\n", 400)]
    public async Task What_is_not_the_answer_is_turned_away_and_the_wait_goes_on(string message, int status)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();

        string answer = await attempt.ExchangeAsync(message);

        Assert.StartsWith($"HTTP/1.1 {status} \r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: no-store\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(app.Log.Lines, line => line.Contains($"was refused with {status}", StringComparison.Ordinal));
        await AssertUserGetsInAsync(attempt);
    }

    // DNS rebinding: a page of evil.example, whose name resolves to this machine.
    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:{port}")]
    [InlineData("127.0.0.1:{port}.evil.example")]
    [InlineData("")]
    public async Task Right_answer_under_another_name_is_turned_away(string host)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        string port = $"{(await attempt.RedirectUriAsync()).Port}";

        string answer = await attempt.GetAsync(await attempt.TargetAsync("code=c"), host.Replace("{port}", port, StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        await AssertUserGetsInAsync(attempt);
    }

    [Fact]
    public async Task Wrong_method_is_told_the_right_one()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt byQuery = app.Begin();
        SignInAttempt byForm = app.Begin(UseForm);

        string post = await byQuery.ExchangeAsync("POST /signed-in HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        string get = await byForm.GetAsync(await byForm.TargetAsync("code=c"));

        Assert.Contains("\r\nAllow: GET\r\n", post, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405 ", get, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow: POST\r\n", get, StringComparison.Ordinal);
        await AssertUserGetsInAsync(byQuery);
        await AssertUserGetsInAsync(byForm);
    }

    [Theory]
    [InlineData("application/json", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 400)]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8", 400)]
    public async Task Form_is_of_the_right_type_and_has_the_state(string type, int status)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin(UseForm);

        string answer = await attempt.ExchangeAsync(
            $"POST /signed-in HTTP/1.1\r\nHost: {{host}}\r\nContent-Type: {type}\r\nContent-Length: 20\r\n\r\ncode=c&state=another");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        await AssertUserGetsInAsync(attempt);
    }

    [Theory]
    [InlineData(32 * 1024 - 100, 200)]
    [InlineData(32 * 1024, 431)]
    [InlineData(80 * 1024, 431)]
    public async Task Head_is_read_up_to_a_limit(int size, int status)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        FakeCallback callback = await attempt.ConsentAsync();
        string start = $"GET {callback.Uri.PathAndQuery} HTTP/1.1\r\nHost: {{host}}\r\nCookie: ";

        string answer = await attempt.ExchangeAsync(start + new string('\u00e6', size - start.Length) + "\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        if (status == 200)
        {
            await attempt.Connecting;
        }
        else
        {
            await AssertUserGetsInAsync(attempt);
        }
    }

    [Fact]
    public async Task Silent_and_halting_connections_block_nobody()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        using TcpClient silent = await attempt.ConnectAsync();
        using TcpClient halting = await attempt.ConnectAsync();
        await halting.GetStream().WriteAsync("GET /signed-in HTTP/1.1\r\nHo"u8.ToArray(), Cancellation);
        using (TcpClient gone = await attempt.ConnectAsync())
        {
            gone.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        await AssertUserGetsInAsync(attempt);
    }

    [Fact]
    public async Task Silent_connection_is_closed_after_half_a_minute_and_the_wait_goes_on()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        using TcpClient silent = await attempt.ConnectAsync();
        // The port accepts this request after the silent one. Once it is answered, the time limit of the silent one has begun.
        await attempt.GetAsync("/favicon.ico");

        app.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, await silent.GetStream().ReadAsync(new byte[1], Cancellation).Soon("the end of the silent connection"));
        await AssertUserGetsInAsync(attempt);
    }

    [Fact]
    public async Task Answer_may_come_byte_by_byte()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin(UseForm);
        FakeCallback callback = await attempt.ConsentAsync();
        using TcpClient client = await attempt.ConnectAsync();
        client.NoDelay = true;

        string message = $"POST /signed-in HTTP/1.1\r\nhost: {callback.Uri.Authority}\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            + $"content-length: {callback.FormBody!.Length}\r\n\r\n{callback.FormBody}";
        foreach (char character in message)
        {
            await client.GetStream().WriteAsync(new[] { (byte)character }, Cancellation);
        }

        await attempt.Connecting;
    }

    private static void UseForm(BrowserSignInOptions options) =>
        options.Authorization = new AuthorizationRequestOptions { ResponseMode = AuthorizationResponseMode.FormPost };

    private static async Task AssertUserGetsInAsync(SignInAttempt attempt)
    {
        Assert.False(attempt.Connecting.IsCompleted);
        (await attempt.ComeBackAsync()).Dispose();
        Assert.Equal("mine", (await attempt.Connecting).Name);
    }
}
