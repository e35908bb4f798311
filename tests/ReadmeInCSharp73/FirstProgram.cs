using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Visma.Connect.Sdk;

namespace ReadmeInCSharp73
{
    /// <summary>The first program.</summary>
    public static class FirstProgram
    {
        public static async Task<string> RunAsync(string[] args, Action<VismaConnectOptions> configure)
        {
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
            builder.Services.AddVismaConnect(builder.Configuration.GetSection("VismaConnect"));
            builder.Services.AddVismaConnect(configure);
            builder.Services.AddHttpClient<ErpClient>().AddVismaToken(VismaApi.NetErp, client: "erp");

            using (IHost host = builder.Build())
            {
                await host.StartAsync();

                VismaClientFactory<ErpClient> clients = host.Services.GetRequiredService<VismaClientFactory<ErpClient>>();
                return await clients.ForTenant(args[0]).GetCustomersAsync();
            }
        }
    }
}
