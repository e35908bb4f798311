using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

/// <summary>A web application with a webhook endpoint, on a real server, and the Visma that sends to it.</summary>
public sealed class WebhookApp : IAsyncDisposable
{
    public const string Secret = "wh-s3cret-1";
    public const string SecondSecret = "wh-s3cret-2";

    private readonly WebApplication _app;
    private readonly HttpClient _visma;

    private WebhookApp(WebApplication app, ManualTime time, LogCapture log)
    {
        _app = app;
        Time = time;
        Log = log;
        _visma = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public ManualTime Time { get; }

    public LogCapture Log { get; }

    public IServiceProvider Services => _app.Services;

    public HttpClient Visma => _visma;

    /// <summary>Starts the application.</summary>
    /// <param name="map">Maps the endpoint, at <c>/hooks</c>.</param>
    /// <param name="services">Registers more services, or another token cache.</param>
    /// <param name="time">The clock, if several applications share one.</param>
    /// <param name="settings">Changes the settings. They have two secrets.</param>
    /// <param name="pipeline">Adds middleware before the endpoint.</param>
    public static async Task<WebhookApp> StartAsync(
        Action<WebApplication> map,
        Action<IServiceCollection>? services = null,
        ManualTime? time = null,
        Action<VismaConnectOptions>? settings = null,
        Action<WebApplication>? pipeline = null)
    {
        ManualTime clock = time ?? new ManualTime();
        LogCapture log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddAuthorization();
        builder.Services.AddVismaConnect(options =>
        {
            options.Webhooks.Secrets.Add(Secret);
            options.Webhooks.Secrets.Add(SecondSecret);
            settings?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        try
        {
            pipeline?.Invoke(app);
            map(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new WebhookApp(app, clock, log);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public static string Sign(byte[] body, string secret = Secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>A delivery as Visma sends it.</summary>
    public static HttpRequestMessage Delivery(string body, string? notification = "n-1", string secret = Secret, params (string Name, string Value)[] headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        HttpRequestMessage request = new(HttpMethod.Post, "/hooks") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-VWD-Signature-V1", Sign(bytes, secret));
        if (notification is not null)
        {
            request.Headers.Add("x-vwd-notification-id", notification);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Sends a delivery.</summary>
    /// <returns>The status, and the seconds of <c>Retry-After</c>.</returns>
    public async Task<(int Status, int? RetryAfter)> SendAsync(string body, string? notification = "n-1")
    {
        using HttpRequestMessage request = Delivery(body, notification);
        using HttpResponseMessage response = await _visma.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)response.StatusCode, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        _visma.Dispose();
        await _app.DisposeAsync();
        Assert.DoesNotContain(Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(SecondSecret, StringComparison.Ordinal));
    }
}
