using System.Net.Sockets;
using System.Text;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

/// <summary>Hostile requests by class, each with its exact status. None gets an exception page, and none a secret.</summary>
public class HostileTests
{
    private const string Start = "/visma/connect/dinero/customer-42";

    public static TheoryData<string, int> ReturnUrls => new()
    {
        { "https://evil.example/", 400 },
        { "//evil.example", 400 },
        { "/%2fevil.example", 400 },
        { "/\\evil.example", 400 },
        { "/%09/evil.example", 400 },
        { "/%0a/evil.example", 400 },
        { "/%0d%0aSet-Cookie:%20a=b", 400 },
        { "%09//evil.example", 400 },
        { "\\\\evil.example", 400 },
        { "/a\\b", 400 },
        { "/%00", 400 },
        { "/%7f", 400 },
        { "/%c2%85", 400 },
        { "javascript:alert(1)", 400 },
        { "evil.example", 400 },
        { "%20/", 400 },
        { "", 400 },
        { "/a&returnUrl=/b", 400 },
        { "/" + new string('a', 1000), 400 },
        // These stay within the application, whatever they look like.
        { "/", 303 },
        { "/a//b?c=//d", 303 },
        { "/%252f/evil.example", 303 },
        { "/.//evil.example", 303 },
        { "/@evil.example", 303 },
    };

    public static TheoryData<string, string> Starts => new()
    {
        { "/visma/connect/dinero/%0d%0aX:%20y", "400" },
        { "/visma/connect/dinero/%20", "400" },
        { "/visma/connect/dinero/%ff", "403" },
        { "/visma/connect/dinero/" + new string('a', 201), "400" },
        { "/visma/connect/other/customer-42", "404" },
        { "/visma/connect/%3Cscript%3E/customer-42", "404" },
        { "/visma/connect/dinero/customer-43", "403" },
        { "/visma/connect/dinero/CUSTOMER-42", "403" },
        { "/visma/connect/dinero", "404" },
    };

    public static TheoryData<string, string, int> Forms => new()
    {
        { "state={state}&code=x", "text/plain", 415 },
        { "state={state}&code=x", "multipart/form-data; boundary=x", 415 },
        { "{\"state\":\"{state}\"}", "application/json", 415 },
        { "state={state}&code=x", "", 415 },
        { "state={state}&code=x", "application/x-www-form-urlencoded; charset=utf-16", 415 },
        { "state={state}&code=" + new string('x', 17_000), "application/x-www-form-urlencoded", 413 },
        { "state={state}&code=" + new string('x', 8_000), "application/x-www-form-urlencoded", 413 },
        { "", "application/x-www-form-urlencoded", 400 },
        { "code=x", "application/x-www-form-urlencoded", 400 },
        { "state=&code=x", "application/x-www-form-urlencoded", 400 },
        { "state=forged&code=x", "application/x-www-form-urlencoded", 400 },
        { "state=%ff&code=x", "application/x-www-form-urlencoded", 400 },
        { "state={state}x&code=x", "application/x-www-form-urlencoded", 400 },
        { "state=forged&error=access_denied", "application/x-www-form-urlencoded", 400 },
    };

    // The answer of the request to which the browser is sent on.
    public static TheoryData<string, int> Responses => new()
    {
        { "state={state}", 400 },
        { "state={state}&code=x&code=y&iss={iss}", 400 },
        { "state={state}&state={state}&code=x&iss={iss}", 400 },
        { "state={state}&code=x", 400 },
        { "state={state}&code=x&iss=https://evil.example", 400 },
        { "state={state}&code=x%0d%0ay&iss={iss}", 400 },
        { "state={state}&code=forged&iss={iss}", 502 },
        { "state={state}&error=%3Cscript%3E&iss={iss}", 502 },
        { "state={state}&error=server_error&iss={iss}", 503 },
        { "state={state}&error=access_denied&error_description=" + new string('x', 5000) + "&iss={iss}", 200 },
    };

    [Theory]
    [MemberData(nameof(ReturnUrls))]
    public async Task Start_takes_only_a_local_return_address(string returnUrl, int status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync($"{Start}?returnUrl={returnUrl}");

        await AssertIsAsync(status, response);
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Start_refuses_other_names(string path, string status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync(path);

        await AssertIsAsync(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), response);
        Assert.Empty(browser.AttemptCookies);
    }

    [Fact]
    public async Task Start_of_another_site_asks_first()
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync($"{Start}?returnUrl=/a", ("Sec-Fetch-Site", "cross-site"));

        await AssertIsAsync(200, response);
        Assert.Contains($"href=\"{Start}?returnUrl=/a\"", await TextOf(response), StringComparison.Ordinal);
        Assert.Empty(browser.AttemptCookies);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Callback_refuses_a_wrong_form(string body, string contentType, int status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        string state = StateOf(await ConnectApp.BeginAsync(browser));

        using HttpResponseMessage response = await browser.PostFromOtherSiteAsync(
            new Uri(app.Address, "visma/callback"), body.Replace("{state}", state, StringComparison.Ordinal), contentType);

        await AssertIsAsync(status, response);
        await AssertIsUnharmedAsync(app, state, response);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task Completion_refuses_a_wrong_response(string form, int status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();
        string state = StateOf(await ConnectApp.BeginAsync(browser));

        using HttpResponseMessage received = await browser.PostFromOtherSiteAsync(
            new Uri(app.Address, "visma/callback"),
            form.Replace("{state}", state, StringComparison.Ordinal).Replace("{iss}", app.Visma.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        Assert.Equal(303, (int)received.StatusCode);
        using HttpResponseMessage response = await browser.GetAsync(received.Headers.Location!);

        await AssertIsAsync(status, response);
        await AssertIsUnharmedAsync(app, state, response);
    }

    [Theory]
    [InlineData("/visma/callback?attempt=AAAAAAAAAAAAAAAA", 400)]
    [InlineData("/visma/callback?attempt=../../../../x", 400)]
    [InlineData("/visma/callback?attempt=", 400)]
    [InlineData("/visma/callback", 400)]
    [InlineData("/visma/callback?code=x", 400)]
    [InlineData("/visma/callback?code=x&state=%00", 400)]
    public async Task Callback_without_an_attempt_is_refused(string path, int status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync(path);

        await AssertIsAsync(status, response);
    }

    [Theory]
    [InlineData("GET /visma/callback?state=a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", " 400 ")]
    [InlineData("POST /visma/callback HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4e20\r\n", " 413 ")]
    [InlineData("PUT /visma/callback HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", " 405 ")]
    [InlineData("GET /visma/connect/dinero/a?returnUrl=/\t/evil HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", " 400 ")]
    public async Task Raw_request_is_refused(string head, string status)
    {
        await using ConnectApp app = await ConnectApp.StartAsync();
        using TcpClient socket = new();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, ConnectApp.Cancellation);
        NetworkStream stream = socket.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + (head.EndsWith("4e20\r\n", StringComparison.Ordinal) ? new string('x', 20_000) + "\r\n" : "")), ConnectApp.Cancellation);
        byte[] answer = new byte[64];
        int length = await stream.ReadAtLeastAsync(answer, 20, throwOnEndOfStream: false, ConnectApp.Cancellation);

        Assert.Contains(status, Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    internal static string StateOf(Uri authorization) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(authorization.Query)["state"].Single()!;

    internal static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(ConnectApp.Cancellation);

    internal static async Task AssertIsAsync(int status, HttpResponseMessage response)
    {
        string text = await TextOf(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("evil", response.Headers.Location?.Host ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    private static async Task AssertIsUnharmedAsync(ConnectApp app, string state, HttpResponseMessage response)
    {
        Assert.Null(await app.FindAsync());
        Assert.DoesNotContain(state, await TextOf(response), StringComparison.Ordinal);
        Assert.DoesNotContain(state, string.Join('\n', app.Log.Lines), StringComparison.Ordinal);
    }
}
