using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Testing;

const string Usage = """
    What the library publishes about itself: one call that gets a token, one that uses it again, and one that is refused. The traces and
    metrics are printed by the console exporter of OpenTelemetry. It runs against FakeVisma.

      dotnet run --project samples/Telemetry
    """;

return await Sample.RunAsync(args, Usage, async stopping =>
{
    UsageException.ThrowIfAny(args);
    Console.WriteLine("Starting FakeVisma, a test server on this machine.");
    await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: stopping);
    FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
    FakeCompany customer = visma.AddCompany("Nordlys Bakeri AS", customers: 12).Grant(client);
    FakeCompany stranger = visma.AddCompany("Fjellheim Bygg AS", customers: 7);

    HostApplicationBuilder builder = Host.CreateApplicationBuilder();
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.Services.AddVismaConnect(options =>
    {
        options.IncludeTenantInTelemetry = true;
        options.Clients["erp"] = new VismaClientOptions { ClientId = client.ClientId, ClientSecret = client.Secret };
        options.Clients["erp"].Scopes.Add("vismanet_erp_service_api:read");
        visma.Configure(options);
    });
    builder.Services.AddHttpClient("erp").AddVismaToken(VismaApi.NetErp, client: "erp");
    builder.Services.AddOpenTelemetry()
        .WithTracing(tracing => tracing.AddSource(VismaTelemetry.Name).AddConsoleExporter())
        .WithMetrics(metrics => metrics.AddMeter(VismaTelemetry.Name).AddConsoleExporter());

    using IHost host = builder.Build();
    await host.StartAsync(stopping);
    HttpClient erp = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("erp");
    Console.WriteLine($"first call: {await CallAsync(erp, customer, stopping)}");
    Console.WriteLine($"second call: {await CallAsync(erp, customer, stopping)}");
    Console.WriteLine($"a company that has not approved the application: {await CallAsync(erp, stranger, stopping)}");
    // The exporter prints what it has collected when the host stops.
    await host.StopAsync(stopping);
});

static async Task<string> CallAsync(HttpClient erp, FakeCompany company, CancellationToken cancellationToken)
{
    try
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "customer");
        using HttpResponseMessage response = await erp.SendAsync(request.SetTenant(company.TenantId), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? "OK" : (await response.ExplainAsync(cancellationToken))?.ToString() ?? $"{response.StatusCode}";
    }
    catch (VismaConnectException refusal)
    {
        return $"{refusal.Error}, {refusal.Remedy?.Code}";
    }
}
