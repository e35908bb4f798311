using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Webhooks;

/// <summary>The exact answer to each kind of request at a webhook endpoint.</summary>
public class WebhookStatusTests
{
    private const string Body = """{"tenantId":"a1b2","name":"Bjørn"}""";

    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Body);

    // The first letter of a signature in base64 is replaced by another one.
    private static string OtherSignature => (WebhookApp.Sign(Bytes)[0] == 'A' ? 'B' : 'A') + WebhookApp.Sign(Bytes)[1..];

    public static TheoryData<string, int, bool> Requests => new()
    {
        { "genuine", 200, true },
        { "genuine with the second secret", 200, true },
        { "genuine without a content type", 200, true },
        { "genuine with another content type", 200, true },
        { "genuine, chunked without a length", 200, true },
        { "genuine, exactly as long as allowed", 200, true },
        { "no signature", 401, false },
        { "empty signature", 401, false },
        { "signature truncated", 401, false },
        { "signature with a prefix", 401, false },
        { "signature with more behind it", 401, false },
        { "signature with one letter changed", 401, false },
        { "signature in base64url", 401, false },
        { "two signatures, one of them right", 401, false },
        { "signature of another secret", 401, false },
        { "signature of another body", 401, false },
        { "signature in the query", 401, false },
        { "body with one byte changed", 401, false },
        { "empty body with the signature of another body", 401, false },
        { "too long", 413, false },
        { "too long, chunked without a length", 413, false },
        { "too long, genuine", 413, false },
        { "GET", 405, false },
        { "PUT", 405, false },
        { "HEAD", 405, false },
        { "OPTIONS", 405, false },
        { "genuine but empty", 400, false },
        { "genuine but not JSON", 400, false },
        { "genuine but half JSON", 400, false },
        { "genuine but a form", 400, false },
        { "genuine with the header of another tenant", 400, false },
        { "genuine with a header that tries to begin another line", 200, true },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Each_kind_of_request_has_its_status_and_no_body(string kind, int status, bool isHandled)
    {
        List<WebhookEvent> handled = [];
        await using WebhookApp app = await WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (received, _) => Add(handled, received), options => options.MaxBodySize = 1000),
            pipeline: web => web.UseStatusCodePages());
        using HttpRequestMessage request = RequestOf(kind);

        using HttpResponseMessage response = await app.Visma.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(isHandled ? 1 : 0, handled.Count);
        if (status != 405)
        {
            Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Empty(response.Headers.WwwAuthenticate);
        }

        Assert.DoesNotContain(response.Headers, header => header.Key == "X-Evil");
    }

    [Fact]
    public async Task Fallback_policy_for_users_does_not_refuse_the_webhooks()
    {
        List<WebhookEvent> handled = [];
        await using WebhookApp app = await WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (received, _) => Add(handled, received)),
            services => services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build()),
            pipeline: web => web.UseRouting().UseAuthorization());

        Assert.Equal((200, null), await app.SendAsync(Body));
        Assert.Single(handled);
    }

    [Fact]
    public async Task Handler_gets_the_named_headers_and_no_credentials()
    {
        List<WebhookEvent> handled = [];
        await using WebhookApp app = await WebhookApp.StartAsync(web => web.MapVismaWebhook("/hooks", (received, _) => Add(handled, received)));
        using HttpRequestMessage request = WebhookApp.Delivery(
            Body, "n-7", headers: [("x-vwd-event-id", "EMPLOYEE_CHANGED"), ("Cookie", "a=b"), ("Authorization", "Bearer t0ken"), ("X-Own", "1")]);

        using HttpResponseMessage response = await app.Visma.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        WebhookEvent received = Assert.Single(handled);
        Assert.Equal(("n-7", "EMPLOYEE_CHANGED", "a1b2"), (received.Delivery.NotificationId, received.Delivery.EventName, received.TenantId));
        Assert.Equal("1", received.Headers["X-Own"]);
        Assert.DoesNotContain(received.Headers.Keys, name => name is "Cookie" or "Authorization" or "X-VWD-Signature-V1");
    }

    [Fact]
    public async Task Wrong_signatures_are_logged_once_a_minute()
    {
        await using WebhookApp app = await WebhookApp.StartAsync(web => web.MapVismaWebhook("/hooks", (_, _) => Task.CompletedTask));
        for (int number = 0; number < 3; number++)
        {
            using HttpResponseMessage wrong = await app.Visma.SendAsync(WebhookApp.Delivery(Body, secret: "other"), TestContext.Current.CancellationToken);
        }

        app.Time.Advance(TimeSpan.FromMinutes(1));
        using HttpResponseMessage later = await app.Visma.SendAsync(WebhookApp.Delivery(Body, secret: "other"), TestContext.Current.CancellationToken);
        using HttpResponseMessage without = await app.Visma.PostAsync("/hooks", new StringContent(Body), TestContext.Current.CancellationToken);

        Assert.Equal(2, app.Log.Lines.Count(line => line.StartsWith("Warning Visma.Connect.Sdk 61 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Endpoint_without_a_secret_does_not_start()
    {
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (_, _) => Task.CompletedTask),
            settings: options => options.Webhooks.Secrets.Clear()));

        Assert.Contains("/hooks has no secret", error.Message, StringComparison.Ordinal);
        Assert.Contains("VismaConnect:Webhooks:Secrets", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" padded")]
    [InlineData("<secret>")]
    public async Task Wrong_secret_in_the_settings_does_not_start(string secret)
    {
        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (_, _) => Task.CompletedTask),
            settings: options => options.Webhooks.Secrets.Add(secret)));

        Assert.Contains("VismaConnect:Webhooks:Secrets:2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_with_secrets_of_its_own_accepts_no_others()
    {
        await using WebhookApp app = await WebhookApp.StartAsync(
            web => web.MapVismaWebhook("/hooks", (_, _) => Task.CompletedTask, options => options.Secrets.Add("wh-0wn")),
            settings: options => options.Webhooks.Secrets.Clear());

        using HttpResponseMessage own = await app.Visma.SendAsync(WebhookApp.Delivery(Body, secret: "wh-0wn"), TestContext.Current.CancellationToken);
        using HttpResponseMessage other = await app.Visma.SendAsync(WebhookApp.Delivery(Body), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (own.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task Handler_class_that_is_not_registered_does_not_start()
    {
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => WebhookApp.StartAsync(web => web.MapVismaWebhook<Unregistered>("/hooks")));

        Assert.Contains("AddScoped<Unregistered>()", error.Message, StringComparison.Ordinal);
    }

    private static Task Add(List<WebhookEvent> handled, WebhookEvent received)
    {
        lock (handled)
        {
            handled.Add(received);
        }

        return Task.CompletedTask;
    }

    private static HttpRequestMessage RequestOf(string kind)
    {
        string right = WebhookApp.Sign(Bytes);
        string longBody = $"\"{new string('x', 999)}\"";
        HttpRequestMessage request = kind switch
        {
            "genuine with the second secret" => WebhookApp.Delivery(Body, secret: WebhookApp.SecondSecret),
            "genuine, exactly as long as allowed" => WebhookApp.Delivery(longBody.Remove(1, 1)),
            "no signature" or "signature in the query" => Signed(null),
            "empty signature" => Signed(""),
            "signature truncated" => Signed(right[..^2]),
            "signature with a prefix" => Signed("sha256=" + right),
            "signature with more behind it" => Signed(right + "AAAA"),
            "signature with one letter changed" => Signed(OtherSignature),
            "signature in base64url" => Signed(right.TrimEnd('=').Replace('+', '-').Replace('/', '_')),
            "two signatures, one of them right" => Signed(right, OtherSignature),
            "signature of another secret" => WebhookApp.Delivery(Body, secret: "another"),
            "signature of another body" => Signed(WebhookApp.Sign("{}"u8.ToArray())),
            "body with one byte changed" => With(Signed(right), Body.Replace('a', 'b')),
            "empty body with the signature of another body" => With(Signed(right), ""),
            "too long" or "too long, chunked without a length" => With(Signed(right), new string('x', 1001)),
            "too long, genuine" => WebhookApp.Delivery(longBody),
            "genuine but empty" => WebhookApp.Delivery(""),
            "genuine but not JSON" => WebhookApp.Delivery("<xml/>"),
            "genuine but half JSON" => WebhookApp.Delivery(Body[..^1]),
            "genuine but a form" => WebhookApp.Delivery("tenantId=a1b2"),
            "genuine with the header of another tenant" => WebhookApp.Delivery(Body, headers: ("x-vwd-tenant-id", "c3d4")),
            "genuine with a header that tries to begin another line" => WebhookApp.Delivery(Body, "n%0d%0aX-Evil: 1\\r\\nX-Evil: 1"),
            _ => WebhookApp.Delivery(Body),
        };
        request.Headers.TransferEncodingChunked = kind.Contains("chunked", StringComparison.Ordinal);
        request.Method = kind is "GET" or "PUT" or "HEAD" or "OPTIONS" ? HttpMethod.Parse(kind) : HttpMethod.Post;
        if (kind is "GET" or "HEAD" or "OPTIONS")
        {
            request.Content = null;
        }

        if (kind == "signature in the query")
        {
            request.RequestUri = new Uri($"/hooks?X-VWD-Signature-V1={Uri.EscapeDataString(right)}", UriKind.Relative);
        }

        if (kind.EndsWith("content type", StringComparison.Ordinal))
        {
            request.Content!.Headers.ContentType = kind.Contains("another", StringComparison.Ordinal) ? new("text/plain") : null;
        }

        return request;
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string body)
    {
        request.Content = new StringContent(body);
        return request;
    }

    private static HttpRequestMessage Signed(params string?[]? signatures)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/hooks") { Content = new ByteArrayContent(Bytes) };
        foreach (string? signature in signatures ?? [])
        {
            request.Headers.TryAddWithoutValidation("X-VWD-Signature-V1", signature);
        }

        return request;
    }

    private sealed class Unregistered : IVismaWebhookHandler
    {
        public Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
