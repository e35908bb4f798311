using System.Net;

namespace Visma.Connect.Sdk.Tests.Wire;

// The answers of an identity server, each with the remedy for the person who has to mend it.
public class RemedyTests
{
    [Theory]
    [InlineData("invalid_client", "client-refused")]
    [InlineData("invalid_scope", "scope-not-granted-for-tenant")]
    [InlineData("invalid_tenant", "tenant-not-approved")]
    [InlineData("unauthorized_client", "tenant-not-approved")]
    [InlineData("invalid_request", "tenant-not-approved")]
    [InlineData("unsupported_grant_type", "service-application")]
    [InlineData("server_error", null)]
    public async Task Refused_token_of_a_tenant_has_its_remedy(string error, string? remedy)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(error));

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        AssertRemedy(remedy, refusal);
    }

    [Theory]
    [InlineData("invalid_scope", "scope-not-granted")]
    [InlineData("invalid_tenant", "no-tenant")]
    [InlineData("invalid_request", "no-tenant")]
    [InlineData("unauthorized_client", "service-application")]
    public async Task Refused_token_without_a_tenant_has_its_remedy(string error, string remedy)
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TenantUse = TenantUse.None);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(error));

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.Tokens.GetTokenAsync(TokenKey.ForClient("erp"), null, TestApp.Cancellation).Soon("a refusal"));

        AssertRemedy(remedy, refusal);
    }

    [Theory]
    [InlineData("access_denied", "user-declined")]
    [InlineData("invalid_tenant", "role-api-user")]
    [InlineData("unauthorized_client", "user-application")]
    [InlineData("unsupported_response_type", "user-application")]
    [InlineData("invalid_scope", "scope-not-granted")]
    public async Task Refused_consent_has_its_remedy(string error, string remedy)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest request = process.Connections.Begin("nxt", "customer-42");
        string query = $"error={error}&state={request.State}&iss={Uri.EscapeDataString(request.Issuer!)}";

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(
            () => process.Connections.CompleteAsync(request, AuthorizationResponse.FromQuery(query), TestApp.Cancellation).Soon());

        AssertRemedy(remedy, refusal);
    }

    [Fact]
    public async Task Refused_scopes_are_in_the_message()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_scope"));

        VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(app.AddCompany()).AsTask());

        Assert.Contains($"The requested scopes are '{TestApp.ReadScope} {TestApp.CreateScope}'.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remedy_at_another_authority_does_not_mention_the_portal()
    {
        await using UserApp app = await UserApp.StartAsync();
        VismaClientOptions options = new() { ClientId = "a", ClientSecret = "b" };
        VismaAuthority visma = app.Server.Authority;
        VismaConnectClient client = new(options, new VismaAuthority("Other", visma.AuthorizationEndpoint!, visma.TokenEndpoint, visma.RevocationEndpoint!)
        {
            GrantTypes = [GrantTypes.ClientCredentials],
        });

        foreach (string error in (string[])["invalid_client", "invalid_scope", "invalid_request", "unauthorized_client", "invalid_tenant"])
        {
            app.TokenEndpoint.AnswerNext(FakeReply.Refusal(error));

            VismaConnectException refusal = await Assert.ThrowsAsync<VismaConnectException>(
                () => client.RequestClientCredentialsTokenAsync(new ClientCredentialsRequest(), TestApp.Cancellation).Soon());

            Assert.NotNull(refusal.Remedy);
            Assert.DoesNotContain("Visma", refusal.Remedy.ToString(), StringComparison.Ordinal);
            Assert.Null(refusal.Remedy.Page);
        }
    }

    // As a gateway in front of a server answers during maintenance.
    [Theory]
    [InlineData("text/html", "<!DOCTYPE html>\r\n<html lang=\"en\"><head><title>Scheduled maintenance</title></head><body><h1>We will be back soon.</h1></body></html>")]
    [InlineData("text/html", "\uFEFF\n<html><body>Service unavailable</body></html>")]
    [InlineData("application/xml", "<?xml version=\"1.0\"?><fault/>")]
    public async Task Page_instead_of_a_token_is_a_failure_that_may_pass_and_has_its_remedy(string type, string page)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, page, type), times: 3);

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        AssertRemedy("page-of-a-gateway", error);
        Assert.Equal((true, HttpStatusCode.OK), (error.IsTransient, error.StatusCode!.Value));
    }

    [Fact]
    public async Task Page_instead_of_the_tokens_of_a_user_has_the_same_remedy_and_is_not_asked_for_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        using VismaConnectClient client = new(app.Client.ToOptions(), app.Visma.VismaConnect, app.Time);
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, "<html>Maintenance</html>", "text/html"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => client.RefreshAsync("r3fresh", TestApp.Cancellation).Soon());

        AssertRemedy("page-of-a-gateway", error);
        Assert.True(error.IsTransient);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task Page_with_an_error_status_is_judged_by_its_status(HttpStatusCode status)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(status, "<html>Maintenance</html>", "text/html"), times: 3);

        VismaConnectException error = await app.Time.FailureAsync(app.GetTokenAsync(app.AddCompany()).AsTask());

        AssertRemedy(null, error);
        Assert.Equal(status == HttpStatusCode.BadGateway, error.IsTransient);
    }

    private static void AssertRemedy(string? code, VismaConnectException refusal)
    {
        Assert.Equal(code, refusal.Remedy?.Code);
        Assert.EndsWith(refusal.Remedy?.ToString() ?? ".", refusal.Message, StringComparison.Ordinal);
    }
}
