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

    private static void AssertRemedy(string? code, VismaConnectException refusal)
    {
        Assert.Equal(code, refusal.Remedy?.Code);
        Assert.EndsWith(refusal.Remedy?.ToString() ?? ".", refusal.Message, StringComparison.Ordinal);
    }
}
