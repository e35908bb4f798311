using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Visma.Connect.Sdk;
using Visma.Connect.Sdk.Published;
using Visma.Connect.Sdk.Testing;

DirectoryInfo folder = Directory.CreateTempSubdirectory("visma-published-");
await using FakeVisma visma = await FakeVisma.StartAsync();
FakeCompany company = visma.AddCompany("Nordlys Bakeri AS");
FakeUser user = visma.AddUser("Kari Nordmann", company);
FakeClient client = visma.AddClient("isv_acme_web", "openid", "email", "business-graphql-api:access-group-based", "offline_access");
client.RefreshTokens = FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60));
try
{
    await using (WebApplication first = await Application.StartAsync(visma, client, folder))
    {
        client.AllowRedirectTo(first.Urls.Single() + "/visma/callback");
        using HttpClient browser = new(new Browser()) { BaseAddress = new Uri(first.Urls.Single()) };
        using HttpResponseMessage start = await browser.GetAsync("/visma/connect/nxt/customer-42");
        FakeCallback callback = await visma.SignInAsync(start.Headers.Location!, user, company);
        using HttpResponseMessage received = await callback.SendAsync(browser);
        using HttpResponseMessage end = await browser.GetAsync(received.Headers.Location);
        Console.WriteLine($"Connected  {end.StatusCode}");
    }

    // A second application stands for the process after a restart.
    await using WebApplication second = await Application.StartAsync(visma, client, folder);
    using HttpClient http = new() { BaseAddress = new Uri(second.Urls.Single()) };
    VismaConnection? connection = await second.Services.GetRequiredService<VismaConnections>().FindAsync("nxt", "customer-42");
    Console.WriteLine($"Restarted  {connection?.Name}: {connection?.State}");
    JsonElement reply = JsonElement.Parse(await http.GetByteArrayAsync("/companies/customer-42"));
    Console.WriteLine($"Call       {reply.GetProperty("data").GetProperty("availableCompanies").GetProperty("items")[0].GetProperty("name")}");
    using HttpResponseMessage stranger = await http.GetAsync("/companies/customer-43");
    Console.WriteLine($"Stranger   {stranger.StatusCode}, {JsonElement.Parse(await stranger.Content.ReadAsByteArrayAsync()).GetProperty("title")}");
    Console.WriteLine($"Health     {await http.GetStringAsync("/health")}");
    using HttpRequestMessage webhook = Webhook("""{"tableIdentifier":"Order","companyNo":7,"event":"UPDATE"}""");
    using HttpResponseMessage answer = await http.SendAsync(webhook);
    Console.WriteLine($"Answered   {answer.StatusCode}");
}
finally
{
    folder.Delete(recursive: true);
}

static HttpRequestMessage Webhook(string body) => new(HttpMethod.Post, "/hooks")
{
    Content = new StringContent(body, null, "application/json"),
    Headers =
    {
        { WebhookReader.SignatureHeader, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Application.WebhookSecret), Encoding.UTF8.GetBytes(body))) },
        { "x-vwd-notification-id", "n-1" },
    },
};
