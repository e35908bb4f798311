using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk;
using VniMigration;

// A customer moves from VNI to Visma Connect, and the calls continue during the move (docs/vni.md).
//
//   dotnet run --project samples/VniMigration              against FakeVisma: you click through its pages
//   dotnet run --project samples/VniMigration -- --auto    the same, and the program clicks

await using FakeServers fake = await FakeServers.StartAsync();
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddVismaConnect(fake.Configure);
builder.Services.AddHttpClient("vni").AddVismaToken(VismaApi.NetErpVni, client: "vni");
builder.Services.AddHttpClient("connect").AddVismaToken(VismaApi.NetErp, client: "connect");
builder.Services.AddSingleton<ErpCalls>();
using IHost host = builder.Build();
await host.StartAsync();
ErpCalls erp = host.Services.GetRequiredService<ErpCalls>();
VismaConnections connections = host.Services.GetRequiredService<VismaConnections>();

// Before: one user of Visma.net for the integration, a token that never expires, and the company in each call.
VismaConnection user = await host.Services.GetRequiredService<BrowserSignIn>().ConnectAsync(
    "vni",
    "vni-user",
    new BrowserSignInOptions { UseAnyPort = true, OpenBrowser = args.Contains("--auto") ? fake.ClickAsync : null });
VniClient vni = host.Services.GetRequiredKeyedService<VniClient>("vni");
AccessToken token = await host.Services.GetRequiredService<ITokenSource>().GetTokenAsync(user.Key);
VniCompany company = (await vni.GetCompaniesAsync(token.Value)).Single(found => found.Name == fake.CompanyName);
Customer customer = new(company.Name) { VniCompany = company.Id };
Console.WriteLine($"Before  {customer.Name}: {await erp.CountCustomersAsync(customer)} customers, by VNI");

// The company approves the application at Visma Connect. From now on, both ways work: you can compare them for each customer.
customer.Tenant = fake.Approve();
Console.WriteLine($"During  {customer.Name}: {await erp.CountByVniAsync(customer.VniCompany)} customers by VNI, {await erp.CountByConnectAsync(customer.Tenant)} by Visma Connect");

// The last customer has moved: the program revokes the VNI token, and the calls continue by Visma Connect.
customer.VniCompany = null;
Disconnection end = await connections.DisconnectAsync("vni", "vni-user");
Console.WriteLine($"After   {customer.Name}: {await erp.CountCustomersAsync(customer)} customers, by Visma Connect; VNI's token is {(end.RevocationFailure is null ? "revoked" : "removed here only")}");
await host.StopAsync();
