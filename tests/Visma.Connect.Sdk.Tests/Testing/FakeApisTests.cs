using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Visma.Connect.Sdk.Tests.Testing;

public class FakeApisTests : UserTests
{
    [Fact]
    public async Task EAccounting_serves_the_company_of_the_token()
    {
        App.Server = Visma.EAccountingIdentity;
        JsonElement tokens = await App.ConnectAsync(("scope", "ea:api offline_access"));
        string token = tokens.GetProperty("access_token").GetString()!;

        JsonElement settings = await GetJsonAsync(Visma.EAccounting, "companysettings", token);
        JsonElement customers = await GetJsonAsync(Visma.EAccounting, "customers", token);

        Assert.Equal("bearer", tokens.GetProperty("token_type").GetString());
        Assert.Equal(App.Company.TenantId, Jwt.Payload(token).GetProperty("customer_id").GetString());
        Assert.Equal(App.Server.Authority.Issuer + "/resources", Jwt.Payload(token).GetProperty("aud").GetString());
        Assert.Equal("Acme AS", settings.GetProperty("Name").GetString());
        Assert.Equal(2, customers.GetProperty("Data").GetArrayLength());
        Assert.Equal(2, Visma.EAccountingEndpoint.Requests.Count);
    }

    [Fact]
    public async Task EAccounting_says_in_its_own_words_that_the_scope_is_missing()
    {
        App.Server = Visma.EAccountingIdentity;
        string token = await TokenAsync("openid");

        using HttpResponseMessage response = await App.GetAsync(new Uri(Visma.EAccounting.BaseAddress, "customers"), token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        JsonElement fault = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(4006, fault.GetProperty("ErrorCode").GetInt32());
        Assert.NotEmpty(fault.GetProperty("ErrorId").GetString()!);
    }

    [Fact]
    public async Task EAccounting_takes_no_token_of_Visma_Connect()
    {
        string token = await TokenAsync("ea:api");

        using HttpResponseMessage response = await App.GetAsync(new Uri(Visma.EAccounting.BaseAddress, "customers"), token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task EAccountings_identity_server_rotates_always_and_has_no_service_tokens()
    {
        App.Server = Visma.EAccountingIdentity;
        App.Client.RefreshTokens = FakeRefreshTokens.ReUse;
        string refreshToken = (await App.ConnectAsync(("scope", "ea:api offline_access"))).GetProperty("refresh_token").GetString()!;

        string? successor = await App.SuccessorAsync(refreshToken);
        using HttpResponseMessage service = await App.AskAsync([("grant_type", "client_credentials")]);

        Assert.NotNull(successor);
        Assert.NotEqual(refreshToken, successor);
        Assert.Equal("unauthorized_client", await PlainApplication.ErrorAsync(service));
    }

    [Fact]
    public async Task Refresh_token_of_one_server_is_unknown_to_the_other()
    {
        string refreshToken = (await App.ConnectAsync()).GetProperty("refresh_token").GetString()!;

        App.Server = Visma.EAccountingIdentity;

        Assert.Null(await App.SuccessorAsync(refreshToken));
    }

    [Fact]
    public async Task Dinero_serves_the_users_organizations()
    {
        FakeCompany foreign = Visma.AddCompany("Foreign AS");
        string token = await TokenAsync("dineropublicapi:read");

        JsonElement organizations = await GetJsonAsync(Visma.Dinero, "organizations", token);
        JsonElement contacts = await GetJsonAsync(Visma.Dinero, $"{App.Company.OrganizationId}/contacts", token);
        using HttpResponseMessage other = await App.GetAsync(new Uri(Visma.Dinero.BaseAddress, $"{foreign.OrganizationId}/contacts"), token);

        Assert.Equal(App.Company.CompanyId, Assert.Single(organizations.EnumerateArray()).GetProperty("id").GetInt32());
        Assert.Equal(2, contacts.GetProperty("collection").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Dinero_wants_its_scope()
    {
        string token = await TokenAsync("ea:api");

        using HttpResponseMessage response = await App.GetAsync(new Uri(Visma.Dinero.BaseAddress, "organizations"), token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task BusinessNxt_lists_the_users_companies()
    {
        string token = await TokenAsync("business-graphql-api:access-group-based");

        using HttpResponseMessage response = await QueryAsync(Visma.BusinessNxt, token, "{ availableCompanies { totalCount items { name } } }");

        JsonElement companies = (await PlainApplication.TokensAsync(response)).GetProperty("data").GetProperty("availableCompanies");
        Assert.Equal(1, companies.GetProperty("totalCount").GetInt32());
        Assert.Equal(App.Company.CompanyId, companies.GetProperty("items")[0].GetProperty("vismaNetCompanyId").GetInt32());
    }

    [Fact]
    public async Task BusinessNxt_answers_a_bad_query_200_and_no_token_401()
    {
        string token = await TokenAsync("business-graphql-api:access-group-based");

        using HttpResponseMessage badQuery = await QueryAsync(Visma.BusinessNxt, token, "{ nonsense }");
        using HttpResponseMessage noToken = await QueryAsync(Visma.BusinessNxt, null, "{ availableCompanies }");
        using HttpResponseMessage wrongScope = await QueryAsync(Visma.BusinessNxtService, token, "{ availableCompanies }");

        Assert.Equal(1, (await PlainApplication.TokensAsync(badQuery)).GetProperty("errors").GetArrayLength());
        Assert.Equal(HttpStatusCode.Unauthorized, noToken.StatusCode);
        Assert.Equal("Jwt is missing", await noToken.Content.ReadAsStringAsync(Cancellation));
        Assert.True(noToken.Headers.Contains("x-vbc-traceid"));
        Assert.Equal(HttpStatusCode.Forbidden, wrongScope.StatusCode);
    }

    [Fact]
    public async Task BusinessNxt_serves_a_service_without_a_tenant()
    {
        FakeClient service = Visma.AddClient("isv_nxt_service", "business-graphql-service-api:access-group-based");
        App.Company.Grant(service);
        using HttpResponseMessage asked = await App.AskAsync(
            [("grant_type", "client_credentials"), ("client_id", service.ClientId), ("client_secret", service.Secret)]);
        string token = (await PlainApplication.TokensAsync(asked)).GetProperty("access_token").GetString()!;

        using HttpResponseMessage response = await QueryAsync(Visma.BusinessNxtService, token, "{ availableCompanies { totalCount } }");

        Assert.Equal(1, (await PlainApplication.TokensAsync(response)).GetProperty("data").GetProperty("availableCompanies").GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public void Settings_lead_here_and_nowhere_else()
    {
        VismaConnectOptions options = new();

        Visma.Configure(options);

        Assert.Equal(Visma.EAccountingIdentity.Authority.TokenEndpoint.Authority, options.Authorities["EAccounting"].BaseAddress!.Authority);
        Assert.Equal(Visma.EAccounting.BaseAddress, options.Apis["EAccounting"].BaseAddress);
        Assert.Equal(VismaApi.All.Count, options.Apis.Count);
        Assert.All(options.Apis.Values, api => Assert.Equal(Visma.Address.Authority, api.BaseAddress!.Authority));
    }

    private async Task<string> TokenAsync(string scope) => (await App.ConnectAsync(("scope", scope))).GetProperty("access_token").GetString()!;

    private async Task<JsonElement> GetJsonAsync(VismaApi api, string path, string token)
    {
        using HttpResponseMessage response = await App.GetAsync(new Uri(api.BaseAddress, path), token);
        return await PlainApplication.TokensAsync(response);
    }

    private async Task<HttpResponseMessage> QueryAsync(VismaApi api, string? token, string query)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, api.BaseAddress) { Content = JsonContent.Create(new { query }) };
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return await App.Http.SendAsync(request, Cancellation);
    }
}
