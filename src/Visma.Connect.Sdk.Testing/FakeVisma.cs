using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// Visma on loopback: the token endpoint and discovery document of Visma Connect, and of Visma.net ERP the customers and accounts. Start
/// one per test; it takes a free port and needs nothing installed.
/// </summary>
/// <remarks>
/// It keeps Visma's quirks: forms only; a company that has not granted the application; a customer tenant whose token is given out and
/// then refused by the API. It never fails by itself, only when told to: see <see cref="FakeEndpoint"/>. Thread-safe.
/// </remarks>
/// <example>
/// <code>
/// await using FakeVisma visma = await FakeVisma.StartAsync();
/// FakeClient client = visma.AddClient("isv_acme_service", "vismanet_erp_service_api:read");
/// FakeCompany company = visma.AddCompany("Acme AS").Grant(client);
/// services.AddVismaConnect(options =>
/// {
///     options.Clients["erp"] = client.ToOptions();
///     visma.Configure(options);
/// });
/// </code>
/// </example>
public sealed class FakeVisma : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FakeVisma(WebApplication server, TimeProvider time)
    {
        _server = server;
        State = new FakeState(time);
        TokenEndpoint = new FakeEndpoint(new FakeTokenEndpoint(this).Answer);
        NetErpEndpoint = new FakeEndpoint(new FakeNetErp(this).Answer);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1</c> with a port of its own, and a slash at the end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its Visma Connect, for a client without a container.</summary>
    public VismaAuthority VismaConnect => VismaAuthority.VismaConnect.At(Address);

    /// <summary>Its Visma.net ERP.</summary>
    public VismaApi NetErp => VismaApi.NetErp.WithBaseAddress(new Uri(Address, "v1/"));

    /// <summary>The token endpoint: what it was asked, and what to answer next.</summary>
    public FakeEndpoint TokenEndpoint { get; }

    /// <summary>The slivers <c>v1/customer</c> and <c>v1/account</c> of Visma.net ERP: what they were asked, and what to answer next.</summary>
    public FakeEndpoint NetErpEndpoint { get; }

    internal FakeState State { get; }

    /// <summary>Starts it.</summary>
    /// <param name="timeProvider">The clock that its tokens expire by; the system's when null.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<FakeVisma> StartAsync(TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddLogging();
        WebApplication server = builder.Build();
        FakeVisma fake = new(server, timeProvider ?? TimeProvider.System);
        server.Run(fake.AnswerAsync);
        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        fake.Address = new Uri(server.Urls.Single() + "/");
        return fake;
    }

    /// <summary>
    /// Points the library here: every built-in authority and API of the settings, so that a test cannot reach the real ones. What is not
    /// faked answers 404.
    /// </summary>
    /// <param name="options">The settings, in a call of <c>AddVismaConnect</c> after the application's own.</param>
    public void Configure(VismaConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (VismaAuthority authority in (VismaAuthority[])[VismaAuthority.VismaConnect, VismaAuthority.EAccounting, VismaAuthority.Vni])
        {
            options.Authorities[authority.Name] = new VismaAuthorityOptions { BaseAddress = Address };
        }

        foreach (VismaApi api in (VismaApi[])[
            VismaApi.SalesOrders, VismaApi.JournalTransactions, VismaApi.BusinessNxt, VismaApi.BusinessNxtService,
            VismaApi.EAccounting, VismaApi.Payroll, VismaApi.Dinero,
        ])
        {
            options.Apis[api.Name] = new VismaApiOptions { BaseAddress = NotFaked(api.Name) };
        }

        options.Apis[NetErp.Name] = new VismaApiOptions { BaseAddress = NetErp.BaseAddress };
    }

    /// <summary>Registers an application, with one secret.</summary>
    /// <param name="clientId">Its client id.</param>
    /// <param name="scopes">The scopes it may ask for, and gets when it asks for none.</param>
    public FakeClient AddClient(string clientId, params IEnumerable<string> scopes)
    {
        FakeClient client = new(clientId, [.. scopes]);
        State.Add(client);
        return client;
    }

    /// <summary>Adds a customer company, which has granted nothing yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="customers">How many customers it has in the ERP.</param>
    /// <param name="tenantId">Its tenant id; a new one when null.</param>
    public FakeCompany AddCompany(string name, int customers = 3, string? tenantId = null)
    {
        FakeCompany company = new(name, customers, tenantId ?? Guid.NewGuid().ToString());
        State.Add(company);
        return company;
    }

    /// <summary>Has the API forget every access token given out so far: each is answered 401 from now on.</summary>
    public void InvalidateAccessTokens() => State.InvalidateTokens();

    /// <summary>Stops it, and releases whatever is paused.</summary>
    public async ValueTask DisposeAsync()
    {
        TokenEndpoint.ReleaseAll();
        NetErpEndpoint.ReleaseAll();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private Uri NotFaked(string name) => new(Address, $"not-faked/{name}/");

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/connect/token" => TokenEndpoint.AnswerAsync(context),
        "/.well-known/openid-configuration" or "/.well-known/oauth-authorization-server" => FakeDiscovery.AnswerAsync(context, Address),
        "/.well-known/openid-configuration/jwks" => FakeDiscovery.AnswerKeysAsync(context),
        { } path when path.StartsWith("/v1/", StringComparison.Ordinal) => NetErpEndpoint.AnswerAsync(context),
        _ => NotFound(context),
    };

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>The address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"FakeVisma at {Address}");
}
