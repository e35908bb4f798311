namespace Visma.Connect.Sdk;

/// <summary>An API of Visma's as data: where it is, where its tokens may go, and which scopes it usually needs.</summary>
/// <remarks>
/// Immutable and thread-safe. An API that is not listed here is a value of your own, or an entry of <see cref="VismaConnectOptions.Apis"/>.
/// Sources: Visma's documentation as read in November 2026; the scopes of the service tokens for Visma.net ERP and of sales orders are
/// those of Visma's own demonstration and of public clients.
/// </remarks>
public sealed record VismaApi
{
    /// <summary>The name used in settings and messages.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The address that relative request URIs start from. It ends with a slash where paths follow (<c>v1/</c>: write
    /// <c>GetAsync("customer")</c>), and has none where it is the endpoint itself (GraphQL: write <c>PostAsync("", query)</c>).
    /// </summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>
    /// Further origins (scheme, host, port) that this API's tokens may be sent to; that of <see cref="BaseAddress"/> always may.
    /// Nothing is sent anywhere else, not after a redirect either.
    /// </summary>
    public IReadOnlyList<Uri> Origins { get; init; } = [];

    /// <summary>The name of the authority whose tokens the API takes: see <see cref="VismaAuthority.Name"/>. Default: Visma Connect.</summary>
    public string Authority { get; init; } = VismaAuthority.VismaConnect.Name;

    /// <summary>
    /// The scopes asked for in a service token when neither the key nor the client names any; none: the application's own. Name fewer in
    /// the client's settings where it needs fewer.
    /// </summary>
    public IReadOnlyList<string> ServiceScopes { get; init; } = [];

    /// <summary>The scopes asked for in a user's consent when the client names none.</summary>
    public IReadOnlyList<string> UserScopes { get; init; } = [];

    /// <summary>
    /// Visma.net ERP (https://docs.vismasoftware.no/visma-net-erp-api). Its replies may link to the sales order service and, while that
    /// lasts, to the old host.
    /// </summary>
    public static VismaApi NetErp { get; } = new()
    {
        Name = "NetErp",
        BaseAddress = new Uri("https://api.finance.visma.net/v1/"),
        Origins = [new Uri("https://integration.visma.net"), new Uri("https://salesorder.visma.net")],
        ServiceScopes =
        [
            "vismanet_erp_service_api:create", "vismanet_erp_service_api:read",
            "vismanet_erp_service_api:update", "vismanet_erp_service_api:delete",
        ],
        UserScopes =
        [
            "vismanet_erp_interactive_api:create", "vismanet_erp_interactive_api:read",
            "vismanet_erp_interactive_api:update", "vismanet_erp_interactive_api:delete",
        ],
    };

    /// <summary>Visma.net ERP sales orders, version 3.</summary>
    public static VismaApi SalesOrders { get; } = new()
    {
        Name = "SalesOrders",
        BaseAddress = new Uri("https://salesorder.visma.net/api/v3/"),
        Origins = [new Uri("https://api.finance.visma.net")],
        ServiceScopes = ["visma.net.erp.salesorder:read", "visma.net.erp.salesorder:write"],
        UserScopes = ["visma.net.erp.salesorder:read", "visma.net.erp.salesorder:write"],
    };

    /// <summary>Visma.net ERP journal transactions. Visma documents no scopes for it: name them in the client.</summary>
    public static VismaApi JournalTransactions { get; } = new()
    {
        Name = "JournalTransactions",
        BaseAddress = new Uri("https://journaltx.visma.net/"),
    };

    /// <summary>Business NXT for a signed-in user: the GraphQL endpoint itself (https://docs.vismasoftware.no/businessnxtapi).</summary>
    public static VismaApi BusinessNxt { get; } = new()
    {
        Name = "BusinessNxt",
        BaseAddress = new Uri("https://business.visma.net/api/graphql"),
        UserScopes = ["openid", "email", "business-graphql-api:access-group-based"],
    };

    /// <summary>
    /// Business NXT for a service: the GraphQL endpoint itself. Its tokens usually carry no tenant, the company is chosen in the query:
    /// give the client <see cref="VismaClientOptions.TenantUse"/> <see cref="TenantUse.None"/>.
    /// </summary>
    public static VismaApi BusinessNxtService { get; } = new()
    {
        Name = "BusinessNxtService",
        BaseAddress = new Uri("https://business.visma.net/api/graphql-service"),
        ServiceScopes = ["business-graphql-service-api:access-group-based"],
    };

    /// <summary>eAccounting, today sold as Spiris (https://developer.vismaonline.com/docs). User tokens only.</summary>
    public static VismaApi EAccounting { get; } = new()
    {
        Name = "EAccounting",
        BaseAddress = new Uri("https://eaccountingapi.vismaonline.com/v2/"),
        Authority = VismaAuthority.EAccounting.Name,
        UserScopes = ["ea:api", "ea:sales", "ea:accounting", "ea:purchase", "offline_access"],
    };

    /// <summary>The payroll (Lön) beside eAccounting. User tokens only.</summary>
    public static VismaApi Payroll { get; } = new()
    {
        Name = "Payroll",
        BaseAddress = new Uri("https://vlsapi.vismaonline.com/"),
        Authority = VismaAuthority.EAccounting.Name,
        UserScopes = ["vls:api", "offline_access"],
    };

    /// <summary>Dinero (https://developer.dinero.dk). The organisation is a segment of the path. User tokens only.</summary>
    public static VismaApi Dinero { get; } = new()
    {
        Name = "Dinero",
        BaseAddress = new Uri("https://api.dinero.dk/v1/"),
        UserScopes = ["dineropublicapi:read", "dineropublicapi:write", "offline_access"],
    };

    /// <summary>
    /// Visma.net ERP by the legacy VNI: its old host, with tokens of <see cref="VismaAuthority.Vni"/> and the company in a header
    /// (<c>request.SetVniCompany</c>). Throttled by Visma until it is gone.
    /// </summary>
    [Obsolete(LegacyVni.Advice)]
    public static VismaApi NetErpVni { get; } = new()
    {
        Name = "NetErpVni",
        BaseAddress = new Uri("https://integration.visma.net/API/controller/api/v1/"),
        Authority = VismaAuthority.Vni.Name,
        UserScopes = ["financialstasks"],
    };

    /// <summary>The same API at another address: stage, or a fake server in a test. Its tokens may go there and nowhere else.</summary>
    /// <param name="baseAddress">The whole other <see cref="BaseAddress"/>, path included.</param>
    /// <exception cref="ArgumentException"><paramref name="baseAddress"/> is not absolute.</exception>
    public VismaApi WithBaseAddress(Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        return baseAddress.IsAbsoluteUri
            ? this with { BaseAddress = baseAddress, Origins = [] }
            : throw new ArgumentException("The address of an API is absolute.", nameof(baseAddress));
    }

#pragma warning disable CS0618 // Settings may still name it.
    internal static IReadOnlyList<VismaApi> BuiltIn { get; } =
        [NetErp, SalesOrders, JournalTransactions, BusinessNxt, BusinessNxtService, EAccounting, Payroll, Dinero, NetErpVni];
#pragma warning restore CS0618

    internal static VismaApi? FindBuiltIn(string name) =>
        BuiltIn.FirstOrDefault(api => string.Equals(api.Name, name, StringComparison.OrdinalIgnoreCase));
}
