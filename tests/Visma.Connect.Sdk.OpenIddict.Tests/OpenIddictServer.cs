using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Visma.Connect.Sdk.OpenIddict.Tests;

/// <summary>
/// An OpenIddict server on loopback, in memory, with every endpoint that the library uses: codes with PKCE, one-time refresh tokens, service tokens,
/// revocation, introspection, userinfo and the end of a session. A test can lose requests to its token endpoint, and the replies.
/// </summary>
internal sealed partial class OpenIddictServer : IAsyncDisposable
{
    public const string ClientId = "acme";
    public const string ClientSecret = "a secret of the tests";
    public const string RedirectUri = "https://acme.example/callback";
    public const string SignedOutUri = "https://acme.example/signed-out";
    public const string PublicClientId = "acme-desktop";
    public const string Api = "api";
    public const string User = "kari";

    // One for all tests, and with 2048 bits: a key takes time to generate.
    private static readonly RsaSecurityKey SigningKey = new(RSA.Create(2048)) { KeyId = "tests" };

    private readonly WebApplication _host;
    private readonly SqliteConnection _database;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private volatile bool _losesRequest;
    private volatile bool _losesReply;
    private int _tokenRequests;

    private OpenIddictServer(WebApplication host, SqliteConnection database)
    {
        _host = host;
        _database = database;
    }

    public Uri Address => new(_host.Urls.Single());

    public int TokenRequests => Volatile.Read(ref _tokenRequests);

    /// <summary>Starts the server.</summary>
    /// <param name="time">The clock of the server.</param>
    /// <param name="reuseLeeway">How long a refresh token can be exchanged again, which Visma calls the grace period. Default: never.</param>
    public static async Task<OpenIddictServer> StartAsync(TimeProvider time, TimeSpan reuseLeeway = default)
    {
        // The database lives as long as this connection to it is open.
        SqliteConnection database = new("Data Source=:memory:");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time);
        builder.Services.AddDbContext<DbContext>(options => options.UseSqlite(database).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(options => Configure(options, reuseLeeway));
        OpenIddictServer server = new(builder.Build(), database);
        await server.StartHostAsync();
        return server;
    }

    /// <summary>Closes the connection of the next token request before OpenIddict gets it.</summary>
    public void LoseNextRequest() => _losesRequest = true;

    /// <summary>Closes the connection of the next token request after OpenIddict has answered it.</summary>
    public void LoseNextReply() => _losesReply = true;

    /// <summary>The user consents in the browser, which posts the form of the page that it gets. Returns the fields of the form.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> ConsentByFormAsync(Uri authorization)
    {
        string page = await _http.GetStringAsync(authorization, TestContext.Current.CancellationToken);
        Assert.Contains($"action=\"{RedirectUri}\"", page, StringComparison.Ordinal);
        return HiddenInput().Matches(page).ToDictionary(
            input => input.Groups["name"].Value,
            input => (string?)WebUtility.HtmlDecode(input.Groups["value"].Value),
            StringComparer.Ordinal);
    }

    /// <summary>The user consents in the browser. Returns the address to which the browser is sent then.</summary>
    public async Task<Uri> ConsentAsync(Uri authorization)
    {
        using HttpResponseMessage response = await _http.GetAsync(authorization, TestContext.Current.CancellationToken);
        return response.Headers.Location ?? throw new InvalidOperationException(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Asks the server whether a refresh token is active (RFC 7662).</summary>
    public async Task<bool> IsActiveAsync(string refreshToken)
    {
        using FormUrlEncodedContent form = new(new Dictionary<string, string>
        {
            ["token"] = refreshToken,
            ["token_type_hint"] = "refresh_token",
            ["client_id"] = ClientId,
            ["client_secret"] = ClientSecret,
        });
        using HttpResponseMessage response = await _http.PostAsync(new Uri(Address, "connect/introspect"), form, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return answer.GetProperty("active").GetBoolean();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenInput();

    private static void Configure(OpenIddictServerBuilder server, TimeSpan reuseLeeway)
    {
        server.SetAuthorizationEndpointUris("connect/authorize")
            .SetTokenEndpointUris("connect/token")
            .SetIntrospectionEndpointUris("connect/introspect")
            .SetRevocationEndpointUris("connect/revocation")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetEndSessionEndpointUris("connect/endsession")
            .AllowAuthorizationCodeFlow()
            .RequireProofKeyForCodeExchange()
            .AllowRefreshTokenFlow()
            .AllowClientCredentialsFlow()
            .SetRefreshTokenReuseLeeway(reuseLeeway)
            .RegisterScopes(Api)
            .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
            .AddSigningKey(SigningKey);
        server.UseAspNetCore()
            .EnableAuthorizationEndpointPassthrough()
            .EnableTokenEndpointPassthrough()
            .EnableUserInfoEndpointPassthrough()
            .EnableEndSessionEndpointPassthrough()
            .DisableTransportSecurityRequirement();
    }

    private async Task StartHostAsync()
    {
        await using (AsyncServiceScope scope = _host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
            IOpenIddictApplicationManager applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
            await applications.CreateAsync(Application(ClientId, ClientSecret));
            await applications.CreateAsync(Application(PublicClientId, secret: null));
        }

        _host.Use(LoseAsync);
        _host.UseAuthentication();
        _host.MapGet("connect/authorize", Consent);
        _host.MapPost("connect/token", (Delegate)ExchangeAsync);
        _host.MapGet("connect/userinfo", () => Results.Json(new { sub = User, name = "Kari Nordmann" }));
        _host.MapGet("connect/endsession", () => Results.SignOut(properties: null, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]));
        await _host.StartAsync();
    }

    private static OpenIddictApplicationDescriptor Application(string id, string? secret)
    {
        OpenIddictApplicationDescriptor application = new()
        {
            ClientId = id,
            ClientSecret = secret,
            ClientType = secret is null ? ClientTypes.Public : ClientTypes.Confidential,
            RedirectUris = { new Uri(RedirectUri) },
            PostLogoutRedirectUris = { new Uri(SignedOutUri) },
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Introspection, Permissions.Endpoints.Revocation,
                Permissions.Endpoints.EndSession, Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken,
                Permissions.ResponseTypes.Code, Permissions.Prefixes.Scope + Api,
            },
        };
        if (secret is not null)
        {
            application.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
        }

        return application;
    }

    private async Task LoseAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/connect/token")
        {
            await next(context);
            return;
        }

        Interlocked.Increment(ref _tokenRequests);
        if (_losesRequest)
        {
            _losesRequest = false;
            context.Abort();
            return;
        }

        if (_losesReply)
        {
            _losesReply = false;
            context.Response.Body = Stream.Null;
            await next(context);
            context.Abort();
            return;
        }

        await next(context);
    }

    private static IResult Consent(HttpContext context)
    {
        ClaimsIdentity identity = new("tests", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, User);
        identity.SetScopes(context.GetOpenIddictServerRequest()!.GetScopes());
        return Results.SignIn(new ClaimsPrincipal(identity), properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }

    // OpenIddict has checked the client, and the code or the refresh token.
    private static async Task<IResult> ExchangeAsync(HttpContext context)
    {
        OpenIddictRequest request = context.GetOpenIddictServerRequest()!;
        if (request.IsClientCredentialsGrantType())
        {
            ClaimsIdentity service = new("tests", Claims.Name, Claims.Role);
            service.SetClaim(Claims.Subject, request.ClientId);
            service.SetScopes(request.GetScopes());
            return Results.SignIn(new ClaimsPrincipal(service), properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }

        AuthenticateResult checkedToken = await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        return Results.SignIn(checkedToken.Principal!, properties: null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
