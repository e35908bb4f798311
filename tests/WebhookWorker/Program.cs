using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk;

// The settings come from the environment: the settings of the library, and Worker:Database. The process reports each event that its handler has handled.
// Of each hundred events, the handler fails at one, the first time. The process ends when its input ends.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
VismaConnectBuilder visma = builder.Services.AddVismaConnect();
_ = builder.Configuration["Worker:Database"]!.Split(':', 2) switch
{
    ["memory", _] => visma,
    ["sqlite", var path] => visma.AddSqliteTokenCache(path),
    ["postgres", var connectionString] => visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(connectionString)),
    _ => throw new InvalidOperationException("Worker:Database is 'memory:', 'sqlite:' and a path, or 'postgres:' and a connection string."),
};
WebApplication app = builder.Build();
TextWriter output = TextWriter.Synchronized(Console.Out);
ConcurrentDictionary<int, bool> failed = [];
app.MapVismaWebhook("/hooks", async (received, cancellation) =>
{
    int number = received.Body.GetProperty("number").GetInt32();
    await Task.Delay(1, cancellation);
    if (number % 100 == 0 && failed.TryAdd(number, true))
    {
        throw new InvalidOperationException("The handler fails now and then.");
    }

    await output.WriteLineAsync($"handled {number}");
});
await app.StartAsync();
await output.WriteLineAsync($"listening {app.Urls.Single()}");
while (await Console.In.ReadLineAsync() is not null)
{
}

await app.StopAsync();
