using Acme.Worker;
using Visma.Connect.Sdk;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);

builder.Services.AddVismaConnect(builder.Configuration.GetSection("VismaConnect"))
    .AddSqliteTokenCache("data/visma-tokens.db")
    .OnReauthorizationRequired((ended, services, cancellationToken) =>
        services.GetRequiredService<Notices>().SendAsync(ended.Connections, cancellationToken));
builder.Services.AddHttpClient("eaccounting").AddVismaToken(VismaApi.EAccounting, client: "eaccounting").AddVismaResilience();

builder.Services.AddSingleton<Notices>();
builder.Services.AddHostedService<Worker>();
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(110));

using IHost host = builder.Build();
await host.RunAsync();
