using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

public class ProblemTests
{
    private static readonly (string, string)[] Navigation = [("Accept", "text/html,application/xhtml+xml"), ("Sec-Fetch-Mode", "navigate")];

    [Fact]
    public async Task Ended_connection_is_409_and_names_the_connection()
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/token");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(ConnectApp.Cancellation);
        Assert.Equal("urn:visma-connect-sdk:reauthorization-required", problem.GetProperty("type").GetString());
        Assert.Equal("connect-again", problem.GetProperty("remedy").GetString());
        Assert.Equal("customer-42", problem.GetProperty("connection").GetString());
    }

    [Fact]
    public async Task Browser_that_opens_a_page_of_an_ended_connection_connects_again_and_returns()
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/token?page=2", Navigation);
        Uri start = new(app.Address, response.Headers.Location!);
        using HttpResponseMessage end = await app.ConnectAsync(browser, start.PathAndQuery);
        using HttpResponseMessage page = await browser.GetAsync(end.Headers.Location!);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/visma/connect/dinero/customer-42?returnUrl=%2Ftoken%3Fpage%3D2", response.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("text/html", "cors")]
    [InlineData("application/json", "navigate")]
    public async Task Script_gets_the_409(string accept, string mode)
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/token", ("Accept", accept), ("Sec-Fetch-Mode", mode));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task Redirect_of_browsers_can_be_switched_off()
    {
        await using ConnectApp app = await StartAsync(options => options.RedirectBrowsers = false);
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/token", Navigation);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Theory]
    [InlineData("transient", 503, "urn:visma-connect-sdk:temporarily-unavailable", "31")]
    [InlineData("limit", 503, "urn:visma-connect-sdk:rate-limit", "90")]
    [InlineData("refused", 502, "urn:visma-connect-sdk:no-token", null)]
    [InlineData("unreadable", 502, "urn:visma-connect-sdk:no-token", null)]
    public async Task Failure_has_a_status_a_type_and_the_wait(string path, int status, string type, string? retryAfter)
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync($"/{path}");

        string body = await HostileTests.TextOf(response);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(type, JsonDocument.Parse(body).RootElement.GetProperty("type").GetString());
        Assert.Equal(retryAfter, response.Headers.RetryAfter?.ToString());
        Assert.DoesNotContain("tenant 'a1b2'", body, StringComparison.Ordinal);
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Browser_gets_a_page_with_the_status()
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/transient", Navigation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Visma cannot be reached for now. Try again later.", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_exceptions_are_left_to_the_application()
    {
        await using ConnectApp app = await StartAsync();
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/other");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("urn:visma-connect-sdk", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    private static Task<ConnectApp> StartAsync(Action<VismaProblemDetailsOptions>? options = null) => ConnectApp.StartAsync(
        services: services => services.AddVismaProblemDetails(options),
        pipeline: node =>
        {
            node.UseExceptionHandler();
            node.MapGet("/token", async (ITokenSource tokens) => (await tokens.GetTokenAsync(
                TokenKey.ForConnection("dinero", "customer-42"), cancellationToken: ConnectApp.Cancellation)).ExpiresAt);
            Throw("/transient", new VismaConnectException("tenant 'a1b2'") { IsTransient = true, RetryAfter = TimeSpan.FromSeconds(30.5) });
            Throw("/limit", new VismaRateLimitException("tenant 'a1b2'") { RetryAfter = TimeSpan.FromSeconds(90) });
            Throw("/refused", new VismaConnectException("tenant 'a1b2'") { Error = "invalid_client" });
            Throw("/unreadable", new UnreadableEntryException("tenant 'a1b2'"));
            Throw("/other", new OwnException());

            void Throw(string path, Exception exception) => node.MapGet(path, string () => throw exception);
        });

    private sealed class OwnException : Exception;
}
