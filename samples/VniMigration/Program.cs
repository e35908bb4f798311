using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk;
using VniMigration;

const string Usage = """
    A customer moves from VNI to Visma Connect, and the calls continue during the move (docs/vni.md).

      dotnet run --project samples/VniMigration              against FakeVisma: you click through its pages
      dotnet run --project samples/VniMigration -- --auto    the same, and the program clicks
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    bool auto = args is ["--auto"];
    UsageException.ThrowIfAny(auto ? [] : args);
    await using FakeServers fake = await FakeServers.StartAsync(stopping);
    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.Services.AddVismaConnect(fake.Configure);
    builder.Services.AddHttpClient("vni").AddVismaToken(VismaApi.NetErpVni, client: "vni");
    builder.Services.AddHttpClient("connect").AddVismaToken(VismaApi.NetErp, client: "connect");
    builder.Services.AddSingleton<ErpCalls>();
    using IHost host = builder.Build();
    await host.StartAsync(stopping);
    ErpCalls erp = host.Services.GetRequiredService<ErpCalls>();
    VismaConnections connections = host.Services.GetRequiredService<VismaConnections>();

    // Before: one user of Visma.net for the integration, a token that never expires, and the company in each call.
    VismaConnection user = await host.Services.GetRequiredService<BrowserSignIn>().ConnectAsync(
        "vni",
        "vni-user",
        new BrowserSignInOptions { UseAnyPort = true, OpenBrowser = auto ? fake.ClickAsync : FakePages.ShowAsync },
        stopping);
    VniClient vni = host.Services.GetRequiredKeyedService<VniClient>("vni");
    AccessToken token = await host.Services.GetRequiredService<ITokenSource>().GetTokenAsync(user.Key, stopping);
    VniCompany company = (await vni.GetCompaniesAsync(token.Value, stopping)).Single(found => found.Name == fake.CompanyName);
    Customer customer = new(company.Name) { VniCompany = company.Id };
    Console.WriteLine($"Before  {customer.Name}: {await erp.CountCustomersAsync(customer, stopping)} customers, by VNI");

    // The company approves the application at Visma Connect. From now on, both ways work: you can compare them for each customer.
    customer.Tenant = fake.Approve();
    int byVni = await erp.CountByVniAsync(customer.VniCompany, stopping);
    Console.WriteLine($"During  {customer.Name}: {byVni} customers by VNI, {await erp.CountByConnectAsync(customer.Tenant, stopping)} by Visma Connect");

    // The last customer has moved: the program revokes the VNI token, and the calls continue by Visma Connect.
    customer.VniCompany = null;
    Disconnection end = await connections.DisconnectAsync("vni", "vni-user", stopping);
    string fate = end.RevocationFailure is null ? "revoked" : "removed here only";
    Console.WriteLine($"After   {customer.Name}: {await erp.CountCustomersAsync(customer, stopping)} customers, by Visma Connect; VNI's token is {fate}");
    await host.StopAsync(stopping);
});
