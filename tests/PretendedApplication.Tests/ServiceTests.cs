using System.Net;

namespace PretendedApplication;

// The parts of the application that act for companies.
public class ServiceTests
{
    [Fact]
    public async Task Report_says_what_to_do_for_each_company_that_fails()
    {
        CustomerReport report = new(new VismaClientFactory<ErpClient>(tenant => tenant switch
        {
            "good" => new ErpClient(StubHandler.Client(_ => new HttpResponseMessage { Content = new StringContent("12") })),
            "busy" => throw new VismaConnectException("busy") { IsTransient = true, RetryAfter = TimeSpan.FromSeconds(17), StatusCode = HttpStatusCode.TooManyRequests },
            _ => throw new VismaConnectException("refused") { Error = "invalid_tenant", Remedy = new VismaRemedy("ask", "ask the administrator"), ErrorDescription = "no", CorrelationId = "c-1" },
        }));

        IReadOnlyList<string> lines = await report.RunAsync(["good", "busy", "bad"], TestContext.Current.CancellationToken);

        Assert.Equal(["good: 12", "busy: try again in 17 s", "bad: invalid_tenant: ask the administrator"], lines);
    }

    [Fact]
    public async Task Factory_can_be_derived_from_as_well()
    {
        CustomerReport report = new(new OneCompany());

        Assert.Equal(["a: 7"], await report.RunAsync(["a"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Missing_scope_is_explained()
    {
        ErpClient erp = new(StubHandler.Client(_ =>
        {
            HttpResponseMessage response = new(HttpStatusCode.Forbidden);
            response.Headers.WwwAuthenticate.ParseAdd("Bearer error=\"insufficient_scope\", scope=\"erp:write\"");
            return response;
        }));

        UnauthorizedAccessException error = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => erp.GetCustomersAsync(TestContext.Current.CancellationToken));

        Assert.Equal("Ask for the scope erp:write.", error.Message);
        Assert.Equal("Visma refused the token: expired", ErpClient.Explain(new BearerChallenge("invalid_token", "expired")));
    }

    [Fact]
    public async Task Soap_header_holds_the_token_of_the_company()
    {
        SoapCalls calls = new(new StubTokens(key => new AccessToken($"token-of-{key.TenantId}", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)));

        Assert.Equal("Bearer token-of-a1b2", await calls.CreateHeaderAsync("a1b2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ended_connection_is_explained()
    {
        SoapCalls calls = new(new StubTokens(key => throw new ReauthorizationRequiredException("ended") { Key = key, Since = DateTimeOffset.UnixEpoch, Reason = "it was revoked" }));

        string header = await calls.CreateHeaderAsync("a1b2", TestContext.Current.CancellationToken);

        Assert.Equal("<!-- connect again: client 'erp', tenant 'a1b2', since 1970-01-01 00:00:00Z: it was revoked -->", header);
    }

    private sealed class OneCompany : VismaClientFactory<ErpClient>
    {
        public override ErpClient ForTenant(string tenantId) => new(StubHandler.Client(_ => new HttpResponseMessage { Content = new StringContent("7") }));
    }
}
