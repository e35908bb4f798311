using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QuickStart;
using Visma.Connect.Sdk;

// One application and several companies: reads the customers of each company from Visma.net ERP, twice.
//
//   dotnet run --project samples/QuickStart                              against FakeVisma, without any setup
//   dotnet run --project samples/QuickStart -- --tenant <id> --tenant <id>  against Visma, with these settings in user secrets
//                                                                        or the environment (VismaConnect__Clients__erp__ClientId ...):
//     VismaConnect:Clients:erp:ClientId, VismaConnect:Clients:erp:ClientSecret

try
{
    Company[] companies = Arguments.Companies(args);

    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Configuration.AddUserSecrets<Program>(optional: true);
    // The catch block below prints wrong settings in one line. The host would add a stack trace.
    builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    IConfigurationSection settings = builder.Configuration.GetSection("VismaConnect");

    await using FakeCompanies? fake = settings.Exists() || companies.Length > 0 ? null : await FakeCompanies.StartAsync();

    builder.Services.AddVismaConnect(settings);
    if (fake is not null)
    {
        builder.Services.AddVismaConnect(fake.Configure);
    }

    builder.Services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp");
    builder.Services.AddSingleton<Rounds>();

    using IHost host = builder.Build();
    await host.StartAsync();
    await host.Services.GetRequiredService<Rounds>().RunAsync(fake?.Companies ?? companies);
    await host.StopAsync();
    return 0;
}
catch (Exception error) when (error is ArgumentException or OptionsValidationException or VismaConnectException or HttpRequestException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
