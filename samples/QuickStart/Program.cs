using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QuickStart;
using Visma.Connect.Sdk;

const string Usage = """
    One application and several companies: reads the customers of each company from Visma.net ERP, twice.

      dotnet run --project samples/QuickStart                                 against FakeVisma, without any setup
      dotnet run --project samples/QuickStart -- --tenant <id> --tenant <id>  against Visma, with these settings

    Settings, in user secrets or the environment (VismaConnect__Clients__erp__ClientId ...):
      VismaConnect:Clients:erp:ClientId, VismaConnect:Clients:erp:ClientSecret
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    Company[] companies = Arguments.Companies(args);

    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Configuration.AddUserSecrets<Program>(optional: true);
    // Sample prints wrong settings in one line. The host would add a stack trace.
    builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    IConfigurationSection settings = builder.Configuration.GetSection("VismaConnect");

    await using FakeCompanies? fake = settings.Exists() || companies.Length > 0 ? null : await FakeCompanies.StartAsync(stopping);

    builder.Services.AddVismaConnect(settings);
    if (fake is not null)
    {
        builder.Services.AddVismaConnect(fake.Configure);
    }

    builder.Services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp");
    builder.Services.AddSingleton<Rounds>();

    using IHost host = builder.Build();
    await host.StartAsync(stopping);
    await host.Services.GetRequiredService<Rounds>().RunAsync(fake?.Companies ?? companies, stopping);
    await host.StopAsync(stopping);
});
