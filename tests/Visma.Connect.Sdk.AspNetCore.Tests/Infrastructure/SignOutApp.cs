using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.AspNetCore.Tests.Infrastructure;

/// <summary>
/// A web application in several processes, whose users sign in at Visma. Its page <c>/login</c> makes the session that a sign-in would make; <c>/me</c> says
/// who is signed in.
/// </summary>
public sealed class SignOutApp : IAsyncDisposable
{
    public const string PostLogout = "https://acme.example/signed-out";

    private readonly List<WebApplication> _nodes = [];
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private SignOutApp(FakeVisma visma, ManualTime time)
    {
        Visma = visma;
        Time = time;
        Client = visma.AddClient("isv_acme_web", "openid", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo("https://acme.example/callback", PostLogout);
        User = visma.AddUser("Kari Nordmann", visma.AddCompany("Acme AS"));
    }

    public FakeVisma Visma { get; }

    public ManualTime Time { get; }

    public FakeClient Client { get; }

    public FakeUser User { get; }

    public SwitchedCache Cache { get; } = new();

    public LogCapture Log { get; } = new();

    public HttpClient Http => _http;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SignOutApp> StartAsync(int processes = 1, Action<VismaSignOutOptions>? options = null, Action<WebApplication>? pipeline = null)
    {
        ManualTime time = new();
        SignOutApp app = new(await FakeVisma.StartAsync(time, Cancellation), time);
        for (int number = 0; number < processes; number++)
        {
            await app.StartNodeAsync(options, pipeline);
        }

        return app;
    }

    public IServiceProvider ServicesOf(int node = 0) => _nodes[node].Services;

    public Uri At(string path, int node = 0) => new(new Uri(_nodes[node].Urls.Single()), path);

    /// <summary>Signs a user in. Returns the cookie.</summary>
    public async Task<string> SignInAsync(string session = "s-1", FakeUser? user = null, string? idToken = null, int node = 0)
    {
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Get, $"/login?sid={session}&sub={(user ?? User).Subject}&idToken={idToken}", node: node);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Whether a process accepts the cookie.</summary>
    public async Task<bool> IsSignedInAsync(string cookie, int node = 0)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/me", cookie, node);
        return await response.Content.ReadAsStringAsync(Cancellation) == "True";
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? cookie = null, int node = 0, string? body = null, string type = "application/x-www-form-urlencoded")
    {
        using HttpRequestMessage request = new(method, At(path, node));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.ContentType = type.Length == 0 ? null : new(type);
        }

        return await _http.SendAsync(request, Cancellation);
    }

    /// <summary>Posts a logout token, as Visma does. Returns the status.</summary>
    public async Task<int> LogOutAsync(string token, int node = 0)
    {
        using HttpResponseMessage response = await FakeIdentityServer.SendBackChannelLogoutAsync(
            _http, At("/visma/signout/back-channel", node), token, Cancellation);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WebApplication node in _nodes)
        {
            await node.DisposeAsync();
        }

        _http.Dispose();
        foreach (string secret in Visma.Secrets)
        {
            Assert.DoesNotContain(Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }

        await Visma.DisposeAsync();
    }

    private async Task StartNodeAsync(Action<VismaSignOutOptions>? options, Action<WebApplication>? pipeline)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        // These lines contain the query of an address, and /login has an id token in it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<ITokenCache>(Cache);
        builder.Services.AddSingleton<IDataProtectionProvider>(_keys);
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.LoginPath = "/begin-sign-in");
        builder.Services.AddVismaConnect(settings =>
        {
            VismaClientOptions client = Client.ToOptions();
            client.Scopes.Remove("offline_access");
            settings.Clients["web"] = client;
            // A repeat would wait for the clock of the test.
            settings.TokenRequests.Retries = 0;
            Visma.Configure(settings);
        }).AddSignOut("web", options);
        WebApplication node = builder.Build();
        pipeline?.Invoke(node);
        node.MapGet("/login", SignInAsync);
        node.MapGet("/me", (HttpContext context) => $"{context.User.Identity?.IsAuthenticated}");
        node.MapVismaSignOut();
        await node.StartAsync(Cancellation);
        _nodes.Add(node);
    }

    private static Task SignInAsync(HttpContext context)
    {
        ClaimsIdentity identity = new([new("sid", context.Request.Query["sid"]!), new("sub", context.Request.Query["sub"]!)], "Visma");
        AuthenticationProperties properties = new();
        if (context.Request.Query["idToken"].ToString() is { Length: > 0 } idToken)
        {
            properties.StoreTokens([new AuthenticationToken { Name = "id_token", Value = idToken }]);
        }

        return context.SignInAsync(new ClaimsPrincipal(identity), properties);
    }
}
