using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Connect;

public class TokenOfTests
{
    [Fact]
    public async Task Each_user_calls_the_API_with_the_token_of_their_own_connection()
    {
        await using ConnectApp app = await StartAsync(context => Connection(context.User.FindFirstValue("customer")!));
        using TestBrowser anna = await app.OpenBrowserAsync("anna", "customer-1");
        using TestBrowser bert = await app.OpenBrowserAsync("bert", "customer-2");
        (await app.ConnectAsync(anna, "/visma/connect/eaccounting/customer-1", app.First)).Dispose();
        (await app.ConnectAsync(bert, "/visma/connect/eaccounting/customer-2", app.Second)).Dispose();

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async call =>
        {
            using HttpResponseMessage response = await (call % 2 == 0 ? anna : bert).GetAsync("/company");
            return await HostileTests.TextOf(response);
        }));

        Assert.All(answers, (answer, call) => Assert.Contains(call % 2 == 0 ? "Acme AS" : "Bakeri AS", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Route_names_the_connection()
    {
        await using ConnectApp app = await StartAsync(context => Connection((string)context.GetRouteValue("customer")!));
        using TestBrowser browser = await app.OpenBrowserAsync();
        (await app.ConnectAsync(browser, "/visma/connect/eaccounting/customer-42", app.First)).Dispose();

        using HttpResponseMessage response = await browser.GetAsync("/company/customer-42");

        Assert.Contains("Acme AS", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_that_the_request_names_is_kept()
    {
        await using ConnectApp app = await StartAsync(_ => Connection("nobody"));
        using TestBrowser browser = await app.OpenBrowserAsync();
        (await app.ConnectAsync(browser, "/visma/connect/eaccounting/customer-42", app.First)).Dispose();

        using HttpResponseMessage response = await browser.GetAsync("/named/customer-42");

        Assert.Contains("Acme AS", await HostileTests.TextOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_HTTP_request_nothing_is_sent()
    {
        await using ConnectApp app = await StartAsync(_ => Connection("customer-42"));
        HttpClient http = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("eaccounting");

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync("companysettings", ConnectApp.Cancellation));
        InvalidOperationException synchronous = Assert.Throws<InvalidOperationException>(
            () => http.Send(new HttpRequestMessage(HttpMethod.Get, "companysettings"), ConnectApp.Cancellation));

        Assert.Contains("UseTokenOf", failure.Message, StringComparison.Ordinal);
        Assert.Equal(failure.Message, synchronous.Message);
        Assert.Empty(app.Visma.EAccountingEndpoint.Requests);
    }

    [Fact]
    public async Task No_token_for_the_user_sends_nothing()
    {
        await using ConnectApp app = await StartAsync(_ => null);
        using TestBrowser browser = await app.OpenBrowserAsync();

        using HttpResponseMessage response = await browser.GetAsync("/company");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(app.Log.Lines, line => line.Contains("UseTokenOf found no token for the current HTTP request", StringComparison.Ordinal));
        Assert.Empty(app.Visma.EAccountingEndpoint.Requests);
    }

    private static TokenKey Connection(string name) => TokenKey.ForConnection("eaccounting", name);

    private static Task<ConnectApp> StartAsync(Func<HttpContext, TokenKey?> choose) => ConnectApp.StartAsync(
        services: services => services.AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, "eaccounting").UseTokenOf(choose),
        pipeline: node =>
        {
            node.MapGet("/company", (IHttpClientFactory http) => GetAsync(http, new HttpRequestMessage(HttpMethod.Get, "companysettings")));
            node.MapGet("/company/{customer}", (IHttpClientFactory http) => GetAsync(http, new HttpRequestMessage(HttpMethod.Get, "companysettings")));
            node.MapGet("/named/{customer}", (string customer, IHttpClientFactory http) => GetAsync(
                http, new HttpRequestMessage(HttpMethod.Get, "companysettings").SetConnection(customer)));
        });

    private static async Task<string> GetAsync(IHttpClientFactory http, HttpRequestMessage request)
    {
        using (request)
        {
            using HttpResponseMessage response = await http.CreateClient("eaccounting").SendAsync(request, ConnectApp.Cancellation);
            return await HostileTests.TextOf(response);
        }
    }
}
