using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Connections;

// Otherwise the first user finds out.
public class LastingCacheTests
{
    [Theory]
    [InlineData("EAccounting", "ea:api offline_access")]
    [InlineData("EAccounting", "")]
    [InlineData("Vni", "financials")]
    [InlineData("VismaConnect", "dineropublicapi:read offline_access")]
    public async Task Host_of_users_does_not_start_when_it_would_forget_them(string authority, string scopes)
    {
        using IHost host = Build(authority, scopes, "Production");

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestApp.Cancellation));

        Assert.Contains("User connections would be kept in memory only", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddSqliteTokenCache", error.Message, StringComparison.Ordinal);
        Assert.Contains("VismaConnect:AllowConnectionsInMemory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EAccounting", "ea:api offline_access", "Development", false, false)]
    [InlineData("EAccounting", "ea:api offline_access", "Production", true, false)]
    [InlineData("EAccounting", "ea:api offline_access", "Production", false, true)]
    [InlineData("VismaConnect", "vismanet_erp_service_api:read", "Production", false, false)]
    [InlineData("VismaConnect", "openid email", "Production", false, false)]
    public async Task Host_starts_otherwise(string authority, string scopes, string environment, bool isAllowed, bool isDurable)
    {
        using IHost host = Build(authority, scopes, environment, isAllowed, isDurable);

        await host.StartAsync(TestApp.Cancellation);

        await host.StopAsync(TestApp.Cancellation);
    }

    private static IHost Build(string authority, string scopes, string environment, bool isAllowed = false, bool isDurable = false)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        if (isDurable)
        {
            builder.Services.AddSingleton<ITokenCache>(new TroubledCache());
        }

        builder.Services.AddVismaConnect(options =>
        {
            VismaClientOptions client = new() { Authority = authority, ClientId = "acme", ClientSecret = "s3cret", RedirectUri = UserApp.RedirectUri };
            foreach (string scope in scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                client.Scopes.Add(scope);
            }

            options.Clients["users"] = client;
            options.AllowConnectionsInMemory = isAllowed;
#pragma warning disable VISMA001 // VNI is one of the servers.
            options.AllowLegacyVni = true;
#pragma warning restore VISMA001
        });
        return builder.Build();
    }
}
