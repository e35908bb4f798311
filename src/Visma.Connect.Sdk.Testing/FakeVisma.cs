namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// Visma's servers on loopback: the identity servers with their sign-in pages, and a few resources of each API. Start one for each test; it
/// takes free ports and needs nothing installed.
/// </summary>
/// <remarks>
/// It behaves as Visma does where that is unusual: a token request must be a form; a company must approve an application first; the token
/// of a customer tenant is issued, and refused by the API; a refresh token is valid once. It fails only when a test asks for it: see
/// <see cref="FakeEndpoint"/>. Thread-safe.
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
    private readonly FakeHost _host;
    private readonly Uri _eAccountingAddress;
    private readonly FakeState _state;
    private readonly FakePresentations _presentations = new();
    private readonly FakeApis _apis;
    private readonly FakeBrowser _browser = new();

    private FakeVisma(FakeHost host, TimeProvider time)
    {
        _host = host;
        _state = new FakeState(time);
        Address = host.Address;
        _eAccountingAddress = host.SecondAddress;
        _apis = new FakeApis(_state, Address);
        FakeSignIns signIns = new(_state.Users);
        Connect = Server(FakeAuthorityRules.VismaConnect, Address);
        EAccountingIdentity = Server(FakeAuthorityRules.EAccounting, _eAccountingAddress);
        Vni = new FakeVni(_state, signIns, Grants(FakeAuthorityRules.Vni), Address);
        host.Find = Find;

        FakeIdentityServer Server(FakeAuthorityRules rules, Uri address) =>
            new(_state, signIns, Grants(rules), new FakeAuthority(rules, address), _apis.All);

        FakeGrants Grants(FakeAuthorityRules rules) => new(time, _presentations, rules.HasOnlyOneTimeTokens);
    }

    /// <summary>The address of Visma Connect, VNI and the APIs: <c>http://127.0.0.1</c> with a port, and a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>Visma Connect.</summary>
    public FakeIdentityServer Connect { get; }

    /// <summary>The identity server of eAccounting. It has another port than <see cref="Address"/>.</summary>
    public FakeIdentityServer EAccountingIdentity { get; }

    /// <summary>The legacy Visma.net Integrations (VNI).</summary>
    public FakeVni Vni { get; }

    /// <summary>Visma Connect as data, for a protocol client that is created without a container.</summary>
    public VismaAuthority VismaConnect => Connect.Authority;

    /// <summary>Visma.net ERP as data.</summary>
    public VismaApi NetErp => _apis.NetErp;

    /// <summary>eAccounting as data.</summary>
    public VismaApi EAccounting => _apis.EAccounting;

    /// <summary>Dinero as data.</summary>
    public VismaApi Dinero => _apis.Dinero;

    /// <summary>Business NXT for users, as data.</summary>
    public VismaApi BusinessNxt => _apis.BusinessNxt;

    /// <summary>Business NXT for services, as data.</summary>
    public VismaApi BusinessNxtService => _apis.BusinessNxtService;

    /// <summary>The token endpoint of Visma Connect. The same as the token endpoint of <see cref="Connect"/>.</summary>
    public FakeEndpoint TokenEndpoint => Connect.TokenEndpoint;

    /// <summary>The resources <c>v1/customer</c> and <c>v1/account</c> of Visma.net ERP.</summary>
    public FakeEndpoint NetErpEndpoint => _apis.NetErpEndpoint;

    /// <summary>The resources <c>companysettings</c> and <c>customers</c> of eAccounting.</summary>
    public FakeEndpoint EAccountingEndpoint => _apis.EAccountingEndpoint;

    /// <summary>The resources <c>organizations</c> and <c>{organization}/contacts</c> of Dinero.</summary>
    public FakeEndpoint DineroEndpoint => _apis.DineroEndpoint;

    /// <summary>The query <c>availableCompanies</c> of Business NXT, for users and for services.</summary>
    public FakeEndpoint BusinessNxtEndpoint => _apis.BusinessNxtEndpoint;

    /// <summary>
    /// The one-time refresh tokens that an application presented again although it had received an answer for them, one sentence for each
    /// time: the time, the client and the user, without the token. Empty if this never happened.
    /// </summary>
    /// <remarks>
    /// The application has received an answer when the endpoint wrote its own 200 in full before the application closed the connection. A
    /// reply that a test scripted, changed, cut or lost does not count.
    /// </remarks>
    public IReadOnlyList<string> NeedlessReplays => _presentations.Needless();

    /// <summary>The secrets, tokens, codes and PKCE verifiers that an application has sent or got so far: a test can search its logs for them.</summary>
    public IReadOnlyCollection<string> Secrets => FakeSecrets.Of(_state.Secrets, Endpoints);

    private IEnumerable<FakeEndpoint> Endpoints => [.. Connect.Endpoints, .. EAccountingIdentity.Endpoints, .. Vni.Endpoints, .. _apis.Endpoints];

    /// <summary>Starts the servers. Dispose the result to stop them.</summary>
    /// <param name="timeProvider">The clock that tokens, codes and grace periods expire by. Default: the system's clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>Running servers without clients, companies and users.</returns>
    public static Task<FakeVisma> StartAsync(TimeProvider? timeProvider = null, CancellationToken cancellationToken = default) =>
        StartAsync(port: 0, timeProvider, cancellationToken);

    /// <summary>Starts the servers on fixed ports, for a program whose settings have their addresses. Dispose the result to stop them.</summary>
    /// <param name="port">
    /// The port of <see cref="Address"/>. The identity server of eAccounting has the next one. Zero for two free ports, as tests should have.
    /// </param>
    /// <param name="timeProvider">The clock that tokens, codes and grace periods expire by. Default: the system's clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>Running servers without clients, companies and users.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The port is negative, or higher than 65534.</exception>
    /// <exception cref="IOException">Another program uses one of the ports.</exception>
    public static async Task<FakeVisma> StartAsync(int port, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default) =>
        new(await FakeHost.StartAsync(port, cancellationToken).ConfigureAwait(false), timeProvider ?? TimeProvider.System);

    /// <summary>
    /// Gives every built-in authority and API of the settings its address at these servers, so that a test cannot reach Visma. An API
    /// without a fake answers 404.
    /// </summary>
    /// <param name="options">The settings, in a call of <c>AddVismaConnect</c> after the application's own.</param>
    public void Configure(VismaConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Authorities[VismaAuthority.VismaConnect.Name] = new VismaAuthorityOptions { BaseAddress = Address };
        options.Authorities[VismaAuthority.EAccounting.Name] = new VismaAuthorityOptions { BaseAddress = _eAccountingAddress };
        options.Authorities[VismaAuthority.Vni.Name] = new VismaAuthorityOptions { BaseAddress = Address };
        _apis.Configure(options);
        options.Apis["NetErpVni"] = new VismaApiOptions { BaseAddress = Vni.NetErp };
    }

    /// <summary>Registers an application, with one secret.</summary>
    /// <param name="clientId">The client id, such as <c>isv_acme_service</c>.</param>
    /// <param name="scopes">The scopes that it may request. A request without scopes gets all of them.</param>
    /// <returns>The new client.</returns>
    /// <exception cref="ArgumentException">The client id is empty or white space.</exception>
    public FakeClient AddClient(string clientId, params IEnumerable<string> scopes) => _state.AddClient(clientId, scopes);

    /// <summary>Adds a customer company. It has not approved any application: see <see cref="FakeCompany.Grant"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="customers">The number of customers that it has in the ERP.</param>
    /// <param name="tenantId">The id of the company tenant. Default: a new GUID.</param>
    /// <returns>The new company.</returns>
    public FakeCompany AddCompany(string name, int customers = 3, string? tenantId = null) => _state.AddCompany(name, customers, tenantId);

    /// <summary>Adds a person who can sign in and consent.</summary>
    /// <param name="name">The name.</param>
    /// <param name="companies">The companies that the user can choose.</param>
    /// <returns>The new user.</returns>
    public FakeUser AddUser(string name, params IEnumerable<FakeCompany> companies) => _state.AddUser(name, companies);

    /// <summary>
    /// Opens an authorization address as a browser does, signs a user in and consents, page by page. The callback that comes last is
    /// returned and not sent: see <see cref="FakeCallback.SendAsync"/>.
    /// </summary>
    /// <param name="authorizationUrl">The address to which the application sends its user.</param>
    /// <param name="user">The user who signs in.</param>
    /// <param name="company">The company that the user chooses if a page asks for one. Default: the user's first company.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The callback, with a code or with an error.</returns>
    /// <exception cref="InvalidOperationException">
    /// The server showed an error page, which the message quotes, or a page did not offer the user or the company.
    /// </exception>
    public Task<FakeCallback> SignInAsync(Uri authorizationUrl, FakeUser user, FakeCompany? company = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _browser.SignInAsync(authorizationUrl, user, company, cancellationToken);
    }

    /// <summary>Opens an authorization address as a browser does, and cancels on the first page.</summary>
    /// <param name="authorizationUrl">The address to which the application sends its user.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The callback, with an error.</returns>
    /// <exception cref="InvalidOperationException">The server showed an error page, which the message quotes.</exception>
    public Task<FakeCallback> CancelSignInAsync(Uri authorizationUrl, CancellationToken cancellationToken = default) =>
        _browser.CancelAsync(authorizationUrl, cancellationToken);

    /// <summary>
    /// Revokes consents from Visma's side: their refresh tokens are refused from now on, and their access tokens answered with 401.
    /// </summary>
    /// <param name="client">The application that the consents were given to.</param>
    /// <param name="user">The user who gave them. Default: all users.</param>
    public void RevokeGrants(FakeClient client, FakeUser? user = null)
    {
        Connect.RevokeGrants(IsMeant);
        EAccountingIdentity.RevokeGrants(IsMeant);
        Vni.RevokeGrants(IsMeant);

        bool IsMeant(FakeGrant grant) => grant.Client == client && (user is null || grant.User == user);
    }

    /// <summary>
    /// Limits the calls to an API, and refuses those above the limit with the text and the headers of that API. Each budget that the API counts has its own
    /// number: a company of a client at Visma.net ERP, an endpoint of a client at eAccounting, an organisation of a client at Dinero, a token at Business NXT.
    /// </summary>
    /// <param name="api">The API, for example <see cref="VismaApi.NetErp"/>.</param>
    /// <param name="calls">The number of calls in a window. Zero refuses each call.</param>
    /// <param name="window">The length of a window, by the clock of the servers. It begins with the first call. Default: one minute.</param>
    /// <remarks>Without this call, only Visma.net ERP has a limit: 5000 calls an hour.</remarks>
    /// <exception cref="ArgumentException">The API has no fake.</exception>
    public void LimitCalls(VismaApi api, int calls, TimeSpan? window = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        _apis.LimitCalls(api, calls, window ?? TimeSpan.FromMinutes(1));
    }

    /// <summary>Invalidates every access token that was issued so far: the APIs answer it with 401 from now on.</summary>
    public void InvalidateAccessTokens() => _state.InvalidateTokens();

    /// <summary>Releases everything that is paused, and stops the servers.</summary>
    /// <returns>A task that completes when the servers have stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (FakeEndpoint endpoint in Endpoints)
        {
            endpoint.ReleaseAll();
        }

        _browser.Dispose();
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The address.</summary>
    public override string ToString() => $"FakeVisma at {Address}";

    private FakeEndpoint? Find(int port, string path) => port == _eAccountingAddress.Port
        ? EAccountingIdentity.Find(path)
        : Connect.Find(path) ?? Vni.Find(path) ?? _apis.Find(path);
}
