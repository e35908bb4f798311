using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.TokenWorker;

// The settings come from the environment: the settings of the library, Worker:Database, Worker:Threads, and Worker:Client and Worker:Connections or Worker:Import.
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Configuration.AddEnvironmentVariables();
IConfigurationSection settings = builder.Configuration.GetRequiredSection("Worker");

if (settings["Threads"] is { } text)
{
    int threads = int.Parse(text, CultureInfo.InvariantCulture);
    if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(threads, threads))
    {
        throw new InvalidOperationException($"A thread pool of {threads} is not possible here.");
    }
}

builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new LoggedEvents());
VismaConnectBuilder visma = builder.Services.AddVismaConnect();
_ = settings["Database"]!.Split(':', 2) switch
{
    ["sqlite", var path] => visma.AddSqliteTokenCache(path),
    ["postgres", var connectionString] => visma.AddEntityFrameworkTokenCache(options => options.UseNpgsql(connectionString)),
    _ => throw new InvalidOperationException("Worker:Database is 'sqlite:' and a path, or 'postgres:' and a connection string."),
};
builder.Services.AddHostedService<InputEnd>();
if (settings["Import"] is { } file)
{
    builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<Importer>(provider, file));
}
else
{
    builder.Services.AddHostedService(provider => new Callers(
        provider.GetRequiredService<ITokenSource>(),
        settings["Connections"]!.Split(',').Select(connection => TokenKey.ForConnection(settings["Client"]!, connection))));
}

await builder.Build().RunAsync();
