using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Visma.Connect.Sdk;

namespace CompanyPortal;

/// <summary>Sends webhooks as Visma does, signed with the secret of a subscription.</summary>
internal sealed class FakeWebhooks(IHttpClientFactory http, PortalSettings settings, FakeServers fake, TimeProvider time)
{
    private int _sent;

    /// <summary>Sends one event twice, as Visma does when an answer is late.</summary>
    public async Task SendTwiceAsync(string company, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            tableIdentifier = "Associate",
            companyNo = 1_000_001,
            primaryKeys = new[] { new { associateNo = Interlocked.Increment(ref _sent) } },
            @event = "UPDATE",
            timestamp = time.GetUtcNow(),
        });
        string notification = Guid.NewGuid().ToString();
        for (int delivery = 1; delivery <= 2; delivery++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, settings.WebhookAddress) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.Add(WebhookReader.SignatureHeader, Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(fake.WebhookSecret), body)));
            request.Headers.Add("x-vwd-notification-id", notification);
            request.Headers.Add("x-vwd-tenant-id", company);
            using HttpResponseMessage answer = await http.CreateClient().SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }
    }
}
