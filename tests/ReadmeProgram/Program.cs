using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddVismaConnect(builder.Configuration.GetSection("VismaConnect"));
builder.Services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp");

using IHost host = builder.Build();
await host.StartAsync();

VismaClientFactory<ErpClient> clients = host.Services.GetRequiredService<VismaClientFactory<ErpClient>>();
Console.WriteLine(await clients.ForTenant(args[0]).GetCustomersAsync());

public class ErpClient(HttpClient http)
{
    public Task<string> GetCustomersAsync() => http.GetStringAsync("customer");
}
