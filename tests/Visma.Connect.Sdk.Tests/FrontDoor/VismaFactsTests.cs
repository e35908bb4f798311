#pragma warning disable VISMA001 // The library still supports VNI.

using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.FrontDoor;

// The facts about Visma's servers and APIs, as tables.
public class VismaFactsTests
{
    [Fact]
    public void Visma_connect_is_where_its_discovery_document_says()
    {
        VismaAuthority authority = VismaAuthority.VismaConnect;

        Assert.Equal("https://connect.visma.com", authority.Issuer);
        Assert.Equal("https://connect.visma.com/.well-known/openid-configuration", authority.DiscoveryEndpoint!.AbsoluteUri);
        Assert.Equal("https://connect.visma.com/connect/authorize", authority.AuthorizationEndpoint!.AbsoluteUri);
        Assert.Equal("https://connect.visma.com/connect/token", authority.TokenEndpoint.AbsoluteUri);
        Assert.Equal("https://connect.visma.com/connect/revocation", authority.RevocationEndpoint!.AbsoluteUri);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretPost, authority.TokenEndpointAuthentication);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretBasic, authority.RevocationEndpointAuthentication);
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], authority.GrantTypes);
    }

    [Fact]
    public void Eaccounting_is_where_its_discovery_document_says()
    {
        VismaAuthority authority = VismaAuthority.EAccounting;

        Assert.Equal("https://identity.vismaonline.com", authority.Issuer);
        Assert.Equal("https://identity.vismaonline.com/.well-known/openid-configuration", authority.DiscoveryEndpoint!.AbsoluteUri);
        Assert.Equal("https://identity.vismaonline.com/connect/authorize", authority.AuthorizationEndpoint!.AbsoluteUri);
        Assert.Equal("https://identity.vismaonline.com/connect/token", authority.TokenEndpoint.AbsoluteUri);
        Assert.Equal("https://identity.vismaonline.com/connect/revocation", authority.RevocationEndpoint!.AbsoluteUri);
        Assert.Equal("https://identity.vismaonline.com/connect/userinfo", authority.UserInfoEndpoint!.AbsoluteUri);
        Assert.Equal("https://identity.vismaonline.com/connect/endsession", authority.EndSessionEndpoint!.AbsoluteUri);
        Assert.Equal(ClientAuthenticationMethod.ClientSecretBasic, authority.TokenEndpointAuthentication);
        Assert.Equal(["authorization_code", "refresh_token"], authority.GrantTypes);
    }

    [Fact]
    public void Vni_is_where_its_clients_find_it()
    {
        VismaAuthority authority = VismaAuthority.Vni;

        Assert.Null(authority.Issuer);
        Assert.Null(authority.DiscoveryEndpoint);
        Assert.Equal("https://integration.visma.net/API/resources/oauth/authorize", authority.AuthorizationEndpoint!.AbsoluteUri);
        Assert.Equal("https://integration.visma.net/API/security/api/v2/token", authority.TokenEndpoint.AbsoluteUri);
        Assert.Equal("https://integration.visma.net/API/security/api/v1/token", authority.RevocationEndpoint!.AbsoluteUri);
        Assert.Equal(["authorization_code"], authority.GrantTypes);
    }

    // Their discovery documents name the endpoint. Nobody has tried what it answers about refresh tokens, or whether the question counts as a use.
    [Fact]
    public void Nothing_is_asked_about_refresh_tokens_at_the_servers_of_visma() =>
        Assert.All([VismaAuthority.VismaConnect, VismaAuthority.EAccounting, VismaAuthority.Vni], authority => Assert.Null(authority.IntrospectionEndpoint));

    [Fact]
    public void Introspection_endpoint_moves_with_its_server()
    {
        VismaAuthority authority = VismaAuthority.VismaConnect with { IntrospectionEndpoint = new Uri("https://connect.example/connect/introspect") };

        Assert.Equal("https://stage.example/connect/introspect", authority.WithBaseAddress(new Uri("https://stage.example")).IntrospectionEndpoint!.AbsoluteUri);
    }

    public static TheoryData<VismaApi, string, string, string> Apis => new()
    {
        { VismaApi.NetErp, "VismaConnect", "https://api.finance.visma.net/v1/", "vismanet_erp_service_api:read" },
        { VismaApi.SalesOrders, "VismaConnect", "https://salesorder.visma.net/api/v3/", "visma.net.erp.salesorder:read" },
        { VismaApi.JournalTransactions, "VismaConnect", "https://journaltx.visma.net/", "" },
        { VismaApi.BusinessNxt, "VismaConnect", "https://business.visma.net/api/graphql", "business-graphql-api:access-group-based" },
        { VismaApi.BusinessNxtService, "VismaConnect", "https://business.visma.net/api/graphql-service", "business-graphql-service-api:access-group-based" },
        { VismaApi.EAccounting, "EAccounting", "https://eaccountingapi.vismaonline.com/v2/", "ea:api" },
        { VismaApi.SwedishPayroll, "EAccounting", "https://vlsapi.vismaonline.com/", "vls:api" },
        { VismaApi.NorwegianPayroll, "VismaConnect", "https://payrollapi.no.visma.net/v1/", "payroll:employees:read" },
        { VismaApi.Employee, "VismaConnect", "https://api.employeecore.hrm.visma.net/v2/", "visma_net_employee:employees:read" },
        { VismaApi.Calendar, "VismaConnect", "https://api.calendar.hrm.visma.net/v1/", "" },
        { VismaApi.HrmAnalytics, "VismaConnect", "https://api.analytics1.hrm.visma.net/", "hrmanalytics:nlhrm:contracts" },
        { VismaApi.Dinero, "VismaConnect", "https://api.dinero.dk/v1/", "dineropublicapi:read" },
    };

    [Theory]
    [MemberData(nameof(Apis))]
    public void Api_is_where_visma_documents_it(VismaApi api, string authority, string address, string scope)
    {
        Assert.Equal(authority, api.Authority);
        Assert.Equal(address, api.BaseAddress.AbsoluteUri);
        Assert.Equal(scope, api.ServiceScopes.Concat(api.UserScopes).Contains(scope) ? scope : "");
    }

    [Fact]
    public void Erp_tokens_may_go_to_the_hosts_that_its_replies_link_to() => Assert.Equal(
        ["https://integration.visma.net/", "https://salesorder.visma.net/"],
        VismaApi.NetErp.Origins.Select(origin => origin.AbsoluteUri));

    [Fact]
    public void Another_environment_is_the_same_server_elsewhere()
    {
        VismaAuthority stage = VismaAuthority.VismaConnect.WithBaseAddress(new Uri("https://connect.identity.stagaws.visma.com/"), "Stage");

        Assert.Equal("Stage", stage.Name);
        Assert.Equal("https://connect.identity.stagaws.visma.com", stage.Issuer);
        Assert.Equal("https://connect.identity.stagaws.visma.com/connect/token", stage.TokenEndpoint.AbsoluteUri);
        Assert.Equal("https://connect.identity.stagaws.visma.com/connect/revocation", stage.RevocationEndpoint!.AbsoluteUri);
    }

    public static TheoryData<string> NamesOfApis { get; } = [.. VismaApi.All.Select(api => api.Name)];

    [Theory]
    [MemberData(nameof(NamesOfApis))]
    public void Api_and_its_identity_server_are_found_by_their_names_in_any_case(string name)
    {
        VismaApi api = VismaApi.All.Single(one => one.Name == name);
        ServiceCollection services = new();
        services.AddVismaConnect(options =>
        {
            options.AllowLegacyVni = true;
            options.Clients["acme"] = new VismaClientOptions { ClientId = "isv_acme", ClientSecret = "s", Authority = api.Authority.ToUpperInvariant() };
        });
        services.AddHttpClient("api").AddVismaToken(name.ToUpperInvariant(), "acme");
        using ServiceProvider provider = services.BuildServiceProvider();

        using HttpClient http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        Assert.Equal(api.BaseAddress, http.BaseAddress);
    }
}
