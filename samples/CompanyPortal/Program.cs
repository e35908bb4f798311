using CompanyPortal;
using Visma.Connect.Sdk;

const string Usage = """
    A web application in which the users of two customers connect their companies in Visma.net ERP, eAccounting, Dinero and Business NXT.

      dotnet run --project samples/CompanyPortal    against FakeVisma: open the address that it prints, in a browser on this machine

    Settings, in appsettings.json, in user secrets or in the environment (Portal__Address ...):
      Portal:Address              where it listens; http://127.0.0.1:5080
      Portal:UseFakeVisma         false: connect companies at Visma, with the clients in VismaConnect:Clients (samples/CompanyPortal/README.md)
      ConnectionStrings:Tokens    a PostgreSQL database for the tokens, instead of SQLite
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    UsageException.ThrowIfAny(args);
    WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
    builder.Configuration.AddUserSecrets<Program>(optional: true).AddEnvironmentVariables();
    // Sample prints wrong settings in one line. The host would add a stack trace.
    builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    PortalSettings settings = PortalSettings.Of(builder.Configuration);
    builder.WebHost.UseUrls(settings.Address.AbsoluteUri);

    await using FakeServers? fake = settings.UseFakeVisma ? await FakeServers.StartAsync(settings, stopping) : null;
    builder.AddVisma(settings, fake);
    builder.AddPages(settings);

    await using WebApplication app = builder.Build();
    app.UsePages();
    app.MapRazorPages();
    app.MapVismaConnect(options =>
    {
        options.ApplicationName = "Company Portal";
        options.AuthorizeConnection = attempt => new(ConnectionRule.Allows(attempt));
        options.CancelPath = "/cancelled";
        options.DescribeConnection = (_, connection) => new(ConnectionRule.Describe(connection));
    });
    if (settings.ReceivesWebhooks)
    {
        app.MapVismaWebhook<ReceivedWebhooks>(PortalSettings.WebhookPath);
    }

    await app.StartAsync(stopping);
    Console.WriteLine($"The portal is at {settings.Address.AbsoluteUri} Ctrl+C ends it.");
    await app.WaitForShutdownAsync(stopping);
});
