using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// Visma on loopback: its identity servers with their login pages, and a sliver of each API. Start one per test; it takes free ports and needs
/// nothing installed.
/// </summary>
/// <remarks>
/// It keeps Visma's quirks: forms only; a company that has not granted the application; a customer tenant whose token is given out and
/// then refused by the API; refresh tokens that are good once. It never fails by itself, only when told to: see <see cref="FakeEndpoint"/>.
/// Thread-safe.
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
    private const int FirstCompanyId = 1_000_000;

    private readonly WebApplication _server;
    private readonly FakeApis _apis;
    private readonly FakeBrowser _browser = new();
    private int _companies;

    private FakeVisma(WebApplication server, TimeProvider time)
    {
        _server = server;
        State = new FakeState(time);
        FakeLogin login = new(State);
        Connect = new FakeIdentityServer(this, login, VismaAuthority.VismaConnect, FakeAuthorityRules.VismaConnect);
        EAccountingIdentity = new FakeIdentityServer(this, login, VismaAuthority.EAccounting, FakeAuthorityRules.EAccounting);
        Vni = new FakeVni(State, login);
        _apis = new FakeApis(this);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1</c> with a port of its own, and a slash at the end.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its Visma Connect.</summary>
    public FakeIdentityServer Connect { get; }

    /// <summary>Its identity server of eAccounting, which listens on a port of its own.</summary>
    public FakeIdentityServer EAccountingIdentity { get; }

    /// <summary>Its legacy VNI.</summary>
    public FakeVni Vni { get; }

    /// <summary>Its Visma Connect as data, for a client without a container.</summary>
    public VismaAuthority VismaConnect => Connect.Authority;

    /// <summary>Its Visma.net ERP.</summary>
    public VismaApi NetErp => _apis.NetErp;

    /// <summary>Its eAccounting.</summary>
    public VismaApi EAccounting => _apis.EAccounting;

    /// <summary>Its Dinero.</summary>
    public VismaApi Dinero => _apis.Dinero;

    /// <summary>Its Business NXT for users.</summary>
    public VismaApi BusinessNxt => _apis.BusinessNxt;

    /// <summary>Its Business NXT for services.</summary>
    public VismaApi BusinessNxtService => _apis.BusinessNxtService;

    /// <summary>The token endpoint of Visma Connect: what it was asked, and what to answer next.</summary>
    public FakeEndpoint TokenEndpoint => Connect.TokenEndpoint;

    /// <summary>The slivers <c>v1/customer</c> and <c>v1/account</c> of Visma.net ERP: what they were asked, and what to answer next.</summary>
    public FakeEndpoint NetErpEndpoint => _apis.NetErpEndpoint;

    /// <summary>The slivers <c>companysettings</c> and <c>customers</c> of eAccounting.</summary>
    public FakeEndpoint EAccountingEndpoint => _apis.EAccountingEndpoint;

    /// <summary>The slivers <c>organizations</c> and <c>{organization}/contacts</c> of Dinero.</summary>
    public FakeEndpoint DineroEndpoint => _apis.DineroEndpoint;

    /// <summary>The sliver <c>availableCompanies</c> of Business NXT, for users and for services.</summary>
    public FakeEndpoint BusinessNxtEndpoint => _apis.BusinessNxtEndpoint;

    /// <summary>
    /// Each time that a one-time refresh token was presented although an earlier answer for it had reached its client: who, when and which, without
    /// the token. An answer reached its client when it was the endpoint's own 200, written in full before the client hung up; one that was
    /// scripted, changed, cut or lost did not. Empty, if no token was ever spent twice without need.
    /// </summary>
    public IReadOnlyList<string> NeedlessReplays => State.Presentations.Needless();

    internal FakeState State { get; }

    /// <summary>Starts it.</summary>
    /// <param name="timeProvider">The clock that its tokens expire by; the system's when null.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<FakeVisma> StartAsync(TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddLogging();
        WebApplication server = builder.Build();
        FakeVisma fake = new(server, timeProvider ?? TimeProvider.System);
        server.Run(fake.AnswerAsync);
        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        fake.Address = new Uri(server.Urls.First() + "/");
        fake.Connect.Address = fake.Address;
        fake.Vni.Address = fake.Address;
        fake.EAccountingIdentity.Address = new Uri(server.Urls.Last() + "/");
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
        options.Authorities[VismaAuthority.VismaConnect.Name] = new VismaAuthorityOptions { BaseAddress = Address };
        options.Authorities[VismaAuthority.EAccounting.Name] = new VismaAuthorityOptions { BaseAddress = EAccountingIdentity.Address };
        options.Authorities[VismaAuthority.Vni.Name] = new VismaAuthorityOptions { BaseAddress = Address };
        options.Apis["NetErpVni"] = new VismaApiOptions { BaseAddress = Vni.NetErp };
        _apis.Configure(options);
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
        FakeCompany company = new(name, customers, tenantId ?? Guid.NewGuid().ToString(), FirstCompanyId + Interlocked.Increment(ref _companies));
        State.Add(company);
        return company;
    }

    /// <summary>Adds a person who can sign in and consent.</summary>
    /// <param name="name">The name.</param>
    /// <param name="companies">The companies that the user can choose.</param>
    public FakeUser AddUser(string name, params IEnumerable<FakeCompany> companies)
    {
        FakeUser user = new(name, [.. companies]);
        State.Add(user);
        return user;
    }

    /// <summary>
    /// Opens the address in a browser, signs the user in and consents, page by page, up to the callback. That is not sent: see
    /// <see cref="FakeCallback.SendAsync"/>.
    /// </summary>
    /// <param name="authorizationUrl">Where the application sends its user.</param>
    /// <param name="user">Who signs in.</param>
    /// <param name="company">The company that the user chooses, if a page asks; null: the user's first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The callback, with a code or with an error.</returns>
    /// <exception cref="InvalidOperationException">The server showed an error page, which the message quotes, or did not offer the choice.</exception>
    public Task<FakeCallback> SignInAsync(Uri authorizationUrl, FakeUser user, FakeCompany? company = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _browser.SignInAsync(authorizationUrl, user, company, cancellationToken);
    }

    /// <summary>Opens the address in a browser, and cancels at the first page.</summary>
    /// <param name="authorizationUrl">Where the application sends its user.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The callback, with an error.</returns>
    /// <exception cref="InvalidOperationException">The server showed an error page, which the message quotes.</exception>
    public Task<FakeCallback> CancelSignInAsync(Uri authorizationUrl, CancellationToken cancellationToken = default) =>
        _browser.CancelAsync(authorizationUrl, cancellationToken);

    /// <summary>Ends consents from Visma's side: their refresh tokens are refused, and their access tokens answered 401.</summary>
    /// <param name="client">The application that got them.</param>
    /// <param name="user">Who gave them; null: everybody.</param>
    public void RevokeGrants(FakeClient client, FakeUser? user = null) =>
        State.RevokeGrants(grant => grant.Client == client && (user is null || grant.User == user));

    /// <summary>Has the API forget every access token given out so far: each is answered 401 from now on.</summary>
    public void InvalidateAccessTokens() => State.InvalidateTokens();

    /// <summary>Stops it, and releases whatever is paused.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (FakeEndpoint endpoint in Endpoints)
        {
            endpoint.ReleaseAll();
        }

        _browser.Dispose();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The address.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"FakeVisma at {Address}");

    internal IEnumerable<string> AudiencesOf(IReadOnlyList<string> scopes) => _apis.AudiencesOf(scopes);

    private IEnumerable<FakeEndpoint> Endpoints => [.. Connect.Endpoints, .. EAccountingIdentity.Endpoints, .. Vni.Endpoints, .. _apis.Endpoints];

    private Task AnswerAsync(HttpContext context)
    {
        if (Find(context.Connection.LocalPort, context.Request.Path.Value ?? "/") is { } endpoint)
        {
            return endpoint.AnswerAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private FakeEndpoint? Find(int port, string path) => port == EAccountingIdentity.Address.Port
        ? EAccountingIdentity.Find(path)
        : Connect.Find(path) ?? Vni.Find(path) ?? _apis.Find(path);
}
