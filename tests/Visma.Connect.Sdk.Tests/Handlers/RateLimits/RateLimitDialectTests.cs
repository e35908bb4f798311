using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Handlers.RateLimits;

/// <summary>How each API says that it allows no further calls, and what it counts together.</summary>
public class RateLimitDialectTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task EAccounting_says_in_prose_how_long_to_wait()
    {
        await using UserApp app = await StartEAccountingAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.EAccountingEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.EAccounting, seconds: 55));

        Task<HttpResponseMessage> call = GetAsync(process, "nxt", "customers");
        await process.Calls(VismaApi.EAccounting).PassAsync(TimeSpan.FromSeconds(55));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Theory]
    [InlineData("""{"ErrorCode":4010,"DeveloperErrorMessage":"Try again in 55 seconds","ErrorId":"b7c9"}""", 55)]
    [InlineData("""{"ErrorCode":4010,"DeveloperErrorMessage":"Try again in 1 second.","ErrorId":"b7c9"}""", 1)]
    [InlineData("""{"ErrorCode":4010,"DeveloperErrorMessage":"Försök igen om 20 sekunder","ErrorId":"b7c9"}""", 20)]
    [InlineData("""{"ErrorCode":4010,"DeveloperErrorMessage":"Too many requests","ErrorId":"b7c9"}""", 1)]
    [InlineData("<html>12345678901234567890 seconds", 1)]
    [InlineData("", 1)]
    public async Task Seconds_are_read_from_the_prose_and_without_them_the_wait_is_short(string body, int seconds)
    {
        await using UserApp app = await StartEAccountingAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.EAccountingEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.TooManyRequests, body));

        Task<HttpResponseMessage> call = GetAsync(process, "nxt", "customers");
        await process.Calls(VismaApi.EAccounting).PassAsync(TimeSpan.FromSeconds(seconds));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Fact]
    public async Task EAccounting_counts_each_endpoint_separately_and_without_its_ids()
    {
        await using UserApp app = await StartEAccountingAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.EAccountingEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.EAccounting, seconds: 300));
        await Assert.ThrowsAsync<VismaRateLimitException>(() => GetAsync(process, "nxt", $"invoices/{Guid.NewGuid()}/lines/7"));

        VismaRateLimitException same = await Assert.ThrowsAsync<VismaRateLimitException>(() => GetAsync(process, "nxt", $"invoices/{Guid.NewGuid()}/lines/8"));
        using HttpResponseMessage other = await GetAsync(process, "nxt", "customers");

        Assert.Equal("GET /eaccounting/v2/invoices/{id}/lines/{id}", same.Part);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Dinero_says_nothing_and_so_a_minute_is_waited()
    {
        await using UserApp app = await StartDineroAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.LimitCalls(VismaApi.Dinero, calls: 1);
        string contacts = $"{app.Company.OrganizationId}/contacts";
        (await GetAsync(process, "dinero", contacts)).Dispose();

        Task<HttpResponseMessage> call = GetAsync(process, "dinero", contacts);
        await process.Calls(VismaApi.Dinero).PassAsync(Minute);

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(3, app.Visma.DineroEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Dinero_counts_each_organisation_separately()
    {
        await using UserApp app = await StartDineroAsync();
        AppProcess process = await StartConnectedAsync(app);
        app.Visma.DineroEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.Dinero));
        Task<HttpResponseMessage> waiting = GetAsync(process, "dinero", $"{app.Company.OrganizationId}/contacts");
        await process.Calls(VismaApi.Dinero).WaitAsync();

        using HttpResponseMessage other = await GetAsync(process, "dinero", "organizations");

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        app.Time.Advance(Minute);
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Old_host_of_the_ERP_counts_all_companies_together()
    {
        await using TestApp app = await TestApp.StartAsync(
            services: services => services.PostConfigureApi("NetErp", api => api.RateLimits = RateLimitDialect.NetErpOldHost),
            http: http => http.AddVismaResilience());
        app.Visma.NetErpEndpoint.AnswerNext(FakeReply.TooManyCalls(RateLimitDialect.NetErpOldHost, seconds: 3000, limit: 500));

        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany("One AS")));
        await Assert.ThrowsAsync<VismaRateLimitException>(() => app.SendAsync(app.AddCompany("Other AS")));

        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    private static Task<UserApp> StartEAccountingAsync() => UserApp.StartAsync(
        authority: VismaAuthority.EAccounting,
        scopes: ["ea:api", "offline_access"],
        services: services => services.AddHttpClient("nxt").AddVismaResilience());

    private static Task<UserApp> StartDineroAsync() => UserApp.StartAsync(
        scopes: ["dineropublicapi:read", "offline_access"],
        services: services => services.AddHttpClient("dinero").AddVismaToken(VismaApi.Dinero, "nxt").AddVismaResilience());

    private static async Task<AppProcess> StartConnectedAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        return process;
    }

    private static async Task<HttpResponseMessage> GetAsync(AppProcess process, string http, string path)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, path).SetConnection(UserApp.Key.Connection!);
        return await process.Services.GetRequiredService<IHttpClientFactory>().CreateClient(http).SendAsync(request, TestApp.Cancellation).Soon($"the answer to {path}");
    }
}
