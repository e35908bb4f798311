using ConnectCompany;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk;

const string Usage = """
    A user connects a company in the browser. The program calls the API for this user until it ends the connection.

      dotnet run --project samples/ConnectCompany                    against FakeVisma: you click through its pages
      dotnet run --project samples/ConnectCompany -- --auto          the same, and the program clicks
      dotnet run --project samples/ConnectCompany -- --api Dinero    another API: EAccounting, NetErp, Dinero, BusinessNxt

    Against Visma, with these settings in user secrets or the environment (VismaConnect__Clients__app__ClientId ...):
      VismaConnect:Clients:app:Authority (EAccounting or VismaConnect), ClientId, ClientSecret, RedirectUri (for example http://127.0.0.1:8400/signed-in)
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    Arguments arguments = Arguments.Of(args);
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Configuration.AddUserSecrets<Program>(optional: true);
    // Sample prints wrong settings in one line. The host would add a stack trace.
    builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    IConfigurationSection settings = builder.Configuration.GetSection("VismaConnect");

    await using FakeServers? fake = settings.Exists() ? null : await FakeServers.StartAsync(arguments.Api.Api, stopping);

    builder.Services.AddVismaConnect(settings);
    // This program ends its connection itself, so memory is enough. An application keeps connections in a database.
    builder.Services.AddVismaConnect(options => options.AllowConnectionsInMemory = true);
    if (fake is not null)
    {
        builder.Services.AddVismaConnect(fake.Configure);
    }

    builder.Services.AddHttpClient("api").AddVismaToken(arguments.Api.Api, client: "app");
    builder.Services.AddSingleton(arguments.Api);
    builder.Services.AddSingleton<Tour>();

    using IHost host = builder.Build();
    await host.StartAsync(stopping);
    await host.Services.GetRequiredService<Tour>().RunAsync(
        new BrowserSignInOptions
        {
            UseAnyPort = fake is not null,
            OpenBrowser = fake is null ? null : arguments.Auto ? fake.ClickAsync : FakePages.ShowAsync,
        },
        stopping);
    await host.StopAsync(stopping);
});
