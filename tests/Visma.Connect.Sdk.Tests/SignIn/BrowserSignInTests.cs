using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk.Tests.SignIn;

public class BrowserSignInTests
{
    private static CancellationToken Cancellation => DesktopApp.Cancellation;

    [Theory]
    [InlineData(AuthorizationResponseMode.Query)]
    [InlineData(AuthorizationResponseMode.FormPost)]
    public async Task User_signs_in_and_the_program_has_a_token(AuthorizationResponseMode mode)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin(options => options.Authorization = new AuthorizationRequestOptions { ResponseMode = mode });

        using HttpResponseMessage page = await attempt.ComeBackAsync();

        VismaConnection connection = await attempt.Connecting;
        Assert.Equal(TokenKey.ForConnection("desktop", "mine"), connection.Key);
        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.NotEmpty((await app.Tokens.GetTokenAsync(connection.Key, cancellationToken: Cancellation).Soon()).Value);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("You are signed in.", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_is_ours_before_anybody_hears_of_it()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();

        using TcpClient early = await attempt.ConnectAsync();

        Assert.True(early.Connected);
        Assert.NotEqual(80, (await attempt.RedirectUriAsync()).Port);
        (await attempt.ComeBackAsync()).Dispose();
        await attempt.Connecting;
    }

    [Fact]
    public async Task Browser_may_be_busy_until_the_answer_was_shown()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        string shown = "";

        VismaConnection connection = await app.SignIn.ConnectAsync(
            "desktop",
            "mine",
            new BrowserSignInOptions
            {
                UseAnyPort = true,
                OpenBrowser = async (url, cancellationToken) =>
                {
                    FakeCallback callback = await app.Visma.SignInAsync(url, app.User, cancellationToken: cancellationToken);
                    using HttpResponseMessage page = await callback.SendAsync(app.Http, cancellationToken);
                    shown = await page.Content.ReadAsStringAsync(cancellationToken);
                },
            },
            Cancellation).Soon();

        Assert.Equal("mine", connection.Name);
        await Eventually.TrueAsync(() => shown.Contains("signed in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Browser_is_told_after_the_code_was_redeemed()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using FakePause redeeming = app.Visma.TokenEndpoint.PauseNext();
        SignInAttempt attempt = app.Begin();

        Task<HttpResponseMessage> coming = attempt.ComeBackAsync();
        await redeeming.Reached.Soon();
        bool wasTold = coming.IsCompleted;
        redeeming.Release();

        using HttpResponseMessage page = await coming.Soon();
        await attempt.Connecting;
        Assert.False(wasTold);
    }

    [Fact]
    public async Task User_has_no_time_limit_once_back()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using FakePause redeeming = app.Visma.TokenEndpoint.PauseNext();
        SignInAttempt attempt = app.Begin(options => options.Timeout = TimeSpan.FromSeconds(10));

        Task<HttpResponseMessage> coming = attempt.ComeBackAsync();
        await redeeming.Reached.Soon();
        app.Time.Advance(TimeSpan.FromSeconds(20));
        redeeming.Release();

        using HttpResponseMessage page = await coming.Soon();
        Assert.Equal("mine", (await attempt.Connecting).Name);
    }

    [Fact]
    public async Task Page_that_is_loaded_again_redeems_nothing()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using FakePause redeeming = app.Visma.TokenEndpoint.PauseNext();
        SignInAttempt attempt = app.Begin();
        FakeCallback callback = await attempt.ConsentAsync();

        Task<HttpResponseMessage> coming = attempt.DeliverAsync(callback);
        await redeeming.Reached.Soon();
        using HttpResponseMessage meanwhile = await attempt.DeliverAsync(callback);
        redeeming.Release();
        using HttpResponseMessage page = await coming.Soon();
        await attempt.Connecting;

        Assert.Equal(HttpStatusCode.Conflict, meanwhile.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => attempt.DeliverAsync(callback));
        Assert.Single(app.Visma.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Connection_stands_though_the_browser_was_closed_at_the_end()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using FakePause redeeming = app.Visma.TokenEndpoint.PauseNext();
        SignInAttempt attempt = app.Begin();
        FakeCallback callback = await attempt.ConsentAsync();

        using (TcpClient browser = await attempt.ConnectAsync())
        {
            await browser.GetStream().WriteAsync(
                System.Text.Encoding.ASCII.GetBytes($"GET {callback.Uri.PathAndQuery} HTTP/1.1\r\nHost: {callback.Uri.Authority}\r\n\r\n"), Cancellation);
            await redeeming.Reached.Soon();
        }

        redeeming.Release();
        Assert.Equal("mine", (await attempt.Connecting).Name);
    }

    [Fact]
    public async Task User_who_says_no_is_told_apart()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();

        using HttpResponseMessage page = await attempt.DeliverAsync(await app.Visma.CancelSignInAsync(await attempt.OpenedAsync(), Cancellation));

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.True(refusal.IsCancelledByUser);
        Assert.Contains("The program shows the reason.", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await attempt.AssertClosedAsync();
    }

    [Fact]
    public async Task Refused_code_is_an_error_here_and_a_page_there()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        app.Visma.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant", "the code is no good"));
        SignInAttempt attempt = app.Begin();

        using HttpResponseMessage page = await attempt.ComeBackAsync();

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.Equal("invalid_grant", refusal.Error);
        string text = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("The program shows the reason.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the code is no good", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_of_the_page_are_the_programs_and_cannot_break_out_of_it()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin(options => options.SuccessText = "Ferdig & <b>klar</b>, blåbær");

        using HttpResponseMessage page = await attempt.ComeBackAsync();

        string text = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("Ferdig &amp; &lt;b&gt;klar", text, StringComparison.Ordinal);
        Assert.Contains("bl&#229;b&#230;r", text, StringComparison.Ordinal);
        await attempt.Connecting;
    }

    [Theory]
    [InlineData("code=a-secret-code")]
    [InlineData("error=access_denied&error_description=a-secret-text")]
    public async Task Page_holds_nothing_of_the_callback_and_is_not_kept(string parameters)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();

        string answer = await attempt.GetAsync(await attempt.TargetAsync(parameters));

        await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.DoesNotContain("a-secret", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(await attempt.ParameterAsync("state"), answer, StringComparison.Ordinal);
        Assert.DoesNotContain("://", answer, StringComparison.Ordinal);
        string[] head = answer.Split("\r\n\r\n")[0].Split("\r\n");
        Assert.Contains("Content-Type: text/html; charset=utf-8", head);
        Assert.Contains("Cache-Control: no-store", head);
        Assert.Contains("Referrer-Policy: no-referrer", head);
        Assert.Contains("X-Content-Type-Options: nosniff", head);
        Assert.Contains("Connection: close", head);
        Assert.Contains(head, line => line.StartsWith("Content-Security-Policy: default-src 'none';", StringComparison.Ordinal));
    }

    [Fact]
    public async Task User_who_does_not_come_back_is_waited_for_only_so_long()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        await attempt.OpenedAsync();

        app.Time.Advance(TimeSpan.FromMinutes(5));

        VismaConnectException failure = await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.True(failure.IsTransient);
        Assert.Contains("within 00:05:00", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await attempt.ParameterAsync("state"), failure.ToString(), StringComparison.Ordinal);
        await attempt.AssertClosedAsync();
    }

    [Fact]
    public async Task Wait_can_be_cancelled_and_the_browser_hears_of_it()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using CancellationTokenSource stop = new();
        CancellationToken ofBrowser = default;
        TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SignInAttempt attempt = app.Begin(
            options => options.OpenBrowser = (_, cancellationToken) =>
            {
                ofBrowser = cancellationToken;
                opened.SetResult();
                return Task.Delay(Timeout.Infinite, cancellationToken);
            },
            stop.Token);
        await opened.Task.Soon("the browser that is opened");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt.Connecting);
        Assert.True(ofBrowser.IsCancellationRequested);
    }

    [Fact]
    public async Task Nobody_listens_after_success_or_cancellation()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        using CancellationTokenSource stop = new();
        SignInAttempt good = app.Begin();
        SignInAttempt cancelled = app.Begin(cancellationToken: stop.Token);
        await cancelled.OpenedAsync();

        (await good.ComeBackAsync()).Dispose();
        await good.Connecting;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Connecting);

        await good.AssertClosedAsync();
        await cancelled.AssertClosedAsync();
    }

    [Fact]
    public async Task Connections_that_were_opened_in_advance_are_closed_at_the_end()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        SignInAttempt attempt = app.Begin();
        using TcpClient silent = await attempt.ConnectAsync();

        (await attempt.ComeBackAsync()).Dispose();
        await attempt.Connecting;

        Assert.Equal(0, await silent.GetStream().ReadAsync(new byte[1], Cancellation).Soon("the end of the silent connection"));
    }

    [Fact]
    public async Task What_the_programs_own_browser_throws_ends_the_sign_in()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();
        Uri? opened = null;

        SignInAttempt attempt = app.Begin(options => options.OpenBrowser = (url, _) =>
        {
            opened = url;
            throw new NotSupportedException("no screen");
        });

        Assert.Equal("no screen", (await Assert.ThrowsAsync<NotSupportedException>(() => attempt.Connecting)).Message);
        Assert.NotNull(opened);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("01:00:01")]
    [InlineData("-00:00:00.0010000")]
    public async Task Timeout_is_between_zero_and_an_hour(string timeout)
    {
        await using DesktopApp app = await DesktopApp.StartAsync();

        SignInAttempt attempt = app.Begin(options => options.Timeout = TimeSpan.Parse(timeout, null));

        await Assert.ThrowsAsync<ArgumentException>(() => attempt.Connecting);
    }

    [Fact]
    public async Task Wrong_name_is_an_error_before_anything_is_opened()
    {
        await using DesktopApp app = await DesktopApp.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => app.SignIn.ConnectAsync("desktop", "", cancellationToken: Cancellation).Soon());
        InvalidOperationException unknown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => app.SignIn.ConnectAsync("laptop", "mine", cancellationToken: Cancellation).Soon());
        Assert.Contains("'laptop'", unknown.Message, StringComparison.Ordinal);
    }
}
