using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>A real OpenID Connect server that is not Visma's, of which the settings name only the address.</summary>
public sealed class DiscoveryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_connects_renews_and_disconnects_at_the_endpoints_that_the_server_publishes(bool isPublicClient)
    {
        ManualTime time = new();
        await using OpenIddictServer server = await OpenIddictServer.StartAsync(time);
        await using ServiceProvider services = Create(server, time, isPublicClient);
        VismaConnections connections = services.GetRequiredService<VismaConnections>();

        AuthorizationRequest start = await connections.BeginAsync("acme", "company-1", cancellationToken: Cancellation);
        VismaConnection connection = await connections.CompleteAsync(start, AuthorizationResponse.FromUri(await server.ConsentAsync(start.Url)), Cancellation);
        AccessToken first = await services.GetRequiredService<ITokenSource>().GetTokenAsync(TokenKey.ForConnection("acme", "company-1"), Cancellation);
        time.Advance(TimeSpan.FromHours(2));
        AccessToken second = await services.GetRequiredService<ITokenSource>().GetTokenAsync(TokenKey.ForConnection("acme", "company-1"), Cancellation);
        Disconnection ended = await connections.DisconnectAsync("acme", "company-1", Cancellation);

        Assert.Equal(isPublicClient ? null : OpenIddictServer.User, connection.Subject);
        Assert.NotEqual(first.Value, second.Value);
        Assert.Null(ended.RevocationFailure);
    }

    [Fact]
    public async Task Service_gets_a_token_without_a_tenant()
    {
        ManualTime time = new();
        await using OpenIddictServer server = await OpenIddictServer.StartAsync(time);
        await using ServiceProvider services = Create(server, time, isPublicClient: false);

        AccessToken token = await services.GetRequiredService<ITokenSource>()
            .GetTokenAsync(TokenKey.ForClient("acme").WithScopes(OpenIddictServer.Api), Cancellation);

        Assert.NotEmpty(token.Value);
    }

    private static ServiceProvider Create(OpenIddictServer server, ManualTime time, bool isPublicClient)
    {
        Dictionary<string, string?> settings = new()
        {
            ["AllowConnectionsInMemory"] = "true",
            ["Authorities:Id:BaseAddress"] = server.Address.AbsoluteUri,
            ["Authorities:Id:Discover"] = "true",
            ["Clients:acme:Authority"] = "Id",
            ["Clients:acme:ClientId"] = isPublicClient ? OpenIddictServer.PublicClientId : OpenIddictServer.ClientId,
            ["Clients:acme:ClientSecret"] = isPublicClient ? null : OpenIddictServer.ClientSecret,
            ["Clients:acme:IsPublicClient"] = isPublicClient.ToString(),
            ["Clients:acme:RedirectUri"] = OpenIddictServer.RedirectUri,
            ["Clients:acme:Scopes:0"] = OpenIddictServer.Api,
            ["Clients:acme:Scopes:1"] = "offline_access",
        };
        if (!isPublicClient)
        {
            // The subject comes from the id token.
            settings["Clients:acme:Scopes:2"] = "openid";
        }

        return Application.Create(time, new MemoryTokenCache(), settings);
    }
}
