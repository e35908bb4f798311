using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>Everything that the portal needs of the library.</summary>
internal static class VismaSetup
{
    public static void AddVisma(this WebApplicationBuilder builder, PortalSettings settings, FakeServers? fake)
    {
        IServiceCollection services = builder.Services;
        IConfigurationSection section = builder.Configuration.GetSection("VismaConnect");
        VismaConnectBuilder visma = fake is null ? services.AddVismaConnect(section) : services.AddVismaConnect(fake.Configure);
        visma.AddTokenCache(settings).ProtectTokensWithDataProtection();

        // Who has these keys can read the stored tokens. Protect them, for example with ProtectKeysWithCertificate.
        services.AddDataProtection().SetApplicationName("CompanyPortal").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(settings.DataFolder, "keys")));
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        Products products = new([.. Product.All.Where(product => fake is not null || section.GetSection($"Clients:{product.Client}").Exists())]);
        foreach (Product product in products.All)
        {
            // Each request carries the token of the customer whose user is signed in.
            services.AddHttpClient(product.Client).AddVismaToken(product.Api, client: product.Client).AddVismaResilience()
                .UseTokenOf(context => DemoUser.CustomerOf(context.User) is { } customer ? TokenKey.ForConnection(product.Client, customer) : null);
        }

        services.AddVismaProblemDetails();
        services.AddSingleton(products);
        services.AddSingleton<ApiCalls>();
        services.AddSingleton<ReceivedWebhooks>();
        if (fake is not null)
        {
            services.AddSingleton(fake);
            services.AddSingleton<FakeWebhooks>();
        }
    }

    private static VismaConnectBuilder AddTokenCache(this VismaConnectBuilder visma, PortalSettings settings)
    {
        if (settings.TokenDatabase is { } postgres)
        {
            return visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(postgres));
        }

        Directory.CreateDirectory(settings.DataFolder);
        string file = Path.Combine(settings.DataFolder, settings.UseFakeVisma ? "fake-visma-tokens.db" : "visma-tokens.db");
        if (settings.UseFakeVisma)
        {
            // The FakeVisma that issued these tokens has ended.
            File.Delete(file);
        }

        return visma.AddSqliteTokenCache(file);
    }
}
