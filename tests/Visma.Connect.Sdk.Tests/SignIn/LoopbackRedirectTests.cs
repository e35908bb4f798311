using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk.Tests.SignIn;

public class LoopbackRedirectTests
{
    private static CancellationToken Cancellation => DesktopApp.Cancellation;

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.0.0.1/Signed%2Din/%7Euser/?from=visma")]
    [InlineData("http://127.0.0.1/%C3%A6%20b/..;/c")]
    public async Task Only_the_port_of_the_redirect_uri_is_replaced(string registered)
    {
        await using DesktopApp app = await DesktopApp.StartAsync(registered);
        SignInAttempt attempt = app.Begin();

        using HttpResponseMessage page = await attempt.ComeBackAsync();

        string sent = await attempt.ParameterAsync("redirect_uri");
        Assert.Equal(registered, sent.Replace($":{new Uri(sent).Port}", "", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await attempt.Connecting;
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/signed-in")]
    [InlineData("http://[::1]:{0}/signed-in")]
    [InlineData("http://localhost:{0}")]
    [InlineData("HTTP://LocalHost:{0}/signed-in/")]
    public async Task Registered_port_is_used_as_it_stands_and_again_right_after(string address)
    {
        Assert.SkipUnless(DesktopApp.HasIPv6() || !address.Contains("::", StringComparison.Ordinal), "This machine has no IPv6.");
        string redirectUri = string.Format(null, address, DesktopApp.FreePort());
        await using DesktopApp app = await DesktopApp.StartAsync(redirectUri);

        for (int round = 0; round < 2; round++)
        {
            SignInAttempt attempt = app.Begin(options => options.UseAnyPort = false);
            using HttpResponseMessage page = await attempt.ComeBackAsync();

            Assert.Equal(redirectUri, await attempt.ParameterAsync("redirect_uri"));
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            await attempt.Connecting;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Localhost_is_both_of_its_addresses_at_one_port(bool useAnyPort)
    {
        await using DesktopApp app = await DesktopApp.StartAsync($"http://localhost:{DesktopApp.FreePort()}/signed-in");
        SignInAttempt attempt = app.Begin(options => options.UseAnyPort = useAnyPort);
        int port = (await attempt.RedirectUriAsync()).Port;

        IPAddress[] addresses = DesktopApp.HasIPv6() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        foreach (IPAddress address in addresses)
        {
            using TcpClient client = await SignInAttempt.ConnectAsync(address, port);
            Assert.True(client.Connected);
        }

        app.Time.Advance(TimeSpan.FromMinutes(5));
        await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
    }

    [Fact]
    public async Task Redirect_uri_of_the_request_goes_before_that_of_the_client()
    {
        await using DesktopApp app = await DesktopApp.StartAsync("https://app.example/callback");
        app.Client.AllowRedirectTo("http://127.0.0.1/other");
        AuthorizationRequestOptions authorization = new() { RedirectUri = "http://127.0.0.1/other", LoginHint = "kari@example.com" };
        SignInAttempt attempt = app.Begin(options => options.Authorization = authorization);

        (await attempt.ComeBackAsync()).Dispose();

        await attempt.Connecting;
        Assert.Equal("/other", (await attempt.RedirectUriAsync()).AbsolutePath);
        Assert.Equal("kari@example.com", await attempt.ParameterAsync("login_hint"));
        Assert.Equal("http://127.0.0.1/other", authorization.RedirectUri);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://127.0.0.1:8400/signed-in")]
    [InlineData("http://app.example:8400/signed-in")]
    [InlineData("http://127.0.0.2:8400/signed-in")]
    [InlineData("http://0.0.0.0:8400/signed-in")]
    [InlineData("http://127.1:8400/signed-in")]
    [InlineData("http://[::ffff:127.0.0.1]:8400/signed-in")]
    [InlineData("http://localhost.example:8400/signed-in")]
    [InlineData("http://127.0.0.1.example:8400/signed-in")]
    [InlineData("http://127.0.0.1:0/signed-in")]
    [InlineData("acme-app:/signed-in")]
    public async Task Redirect_uri_that_does_not_lead_back_here_is_named_with_the_remedy(string? redirectUri)
    {
        await using DesktopApp app = await DesktopApp.StartAsync(redirectUri);

        SignInAttempt attempt = app.Begin();

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => attempt.Connecting);
        Assert.Contains("RedirectUri of client 'desktop'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/signed-in")]
    [InlineData("http://localhost:{0}/signed-in")]
    public async Task Port_that_is_taken_is_named_with_the_remedy(string address)
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using DesktopApp app = await DesktopApp.StartAsync(string.Format(null, address, port));

        SignInAttempt attempt = app.Begin(options => options.UseAnyPort = false);

        VismaConnectException taken = await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        Assert.True(taken.IsTransient);
        Assert.StartsWith($"Port {port} cannot be opened", taken.Message, StringComparison.Ordinal);
        Assert.Contains("UseAnyPort", taken.Remedy?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_of_localhost_that_is_taken_is_an_error_and_leaves_no_half_open()
    {
        Assert.SkipUnless(DesktopApp.HasIPv6(), "This machine has no IPv6.");
        using TcpListener other = new(IPAddress.IPv6Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using DesktopApp app = await DesktopApp.StartAsync($"http://localhost:{port}/signed-in");

        SignInAttempt attempt = app.Begin(options => options.UseAnyPort = false);

        await Assert.ThrowsAsync<VismaConnectException>(() => attempt.Connecting);
        await Assert.ThrowsAsync<SocketException>(() => SignInAttempt.ConnectAsync(IPAddress.Loopback, port));
    }

    [Fact]
    public async Task Second_sign_in_at_the_same_port_does_not_disturb_the_first()
    {
        await using DesktopApp app = await DesktopApp.StartAsync($"http://127.0.0.1:{DesktopApp.FreePort()}/signed-in");
        SignInAttempt first = app.Begin(options => options.UseAnyPort = false);
        await first.OpenedAsync();

        SignInAttempt second = app.Begin(options => options.UseAnyPort = false);
        await Assert.ThrowsAsync<VismaConnectException>(() => second.Connecting);

        (await first.ComeBackAsync()).Dispose();
        Assert.Equal("mine", (await first.Connecting).Name);
    }

    [Fact]
    public async Task Consent_that_cannot_be_begun_frees_the_port()
    {
        int port = DesktopApp.FreePort();
        await using DesktopApp app = await DesktopApp.StartAsync($"http://127.0.0.1:{port}/signed-in");

        SignInAttempt attempt = app.Begin(options =>
        {
            options.UseAnyPort = false;
            options.Authorization = new AuthorizationRequestOptions { Scopes = { "not a scope" } };
        });

        await Assert.ThrowsAsync<ArgumentException>(() => attempt.Connecting);
        await Assert.ThrowsAsync<SocketException>(() => SignInAttempt.ConnectAsync(IPAddress.Loopback, port));
        Assert.Null(await app.Connections.FindAsync("desktop", "mine", Cancellation).Soon());
    }
}
