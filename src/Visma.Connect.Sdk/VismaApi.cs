namespace Visma.Connect.Sdk;

/// <summary>An API of Visma as data: its address, the origins its tokens may be sent to, and the scopes it usually needs.</summary>
/// <remarks>
/// Immutable and thread-safe; two values are equal if all their properties are. For an API that is not listed here, add an entry to
/// <see cref="VismaConnectOptions.Apis"/> or create a value.
/// Sources: Visma's documentation, read in November 2026. The scopes of the service tokens for Visma.net ERP and of sales orders, and the payroll,
/// employee, calendar and analytics APIs, come from Visma's demonstration programs and from public clients.
/// </remarks>
public sealed record VismaApi
{
    /// <summary>Creates an API.</summary>
    /// <param name="name">The name.</param>
    /// <param name="baseAddress">The address.</param>
    public VismaApi(string name, Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(baseAddress);
        Name = name;
        BaseAddress = baseAddress;
    }

    /// <summary>The name in settings and messages.</summary>
    public string Name { get; init; }

    /// <summary>
    /// The address that relative request URIs start from. It ends with a slash if paths follow (<c>v1/</c>: write <c>GetAsync("customer")</c>),
    /// and without a slash if it is the endpoint itself (GraphQL: write <c>PostAsync("", query)</c>).
    /// </summary>
    public Uri BaseAddress { get; init; }

    /// <summary>
    /// Further origins (scheme, host, port) that the tokens of this API may be sent to, in addition to the origin of <see cref="BaseAddress"/>.
    /// Tokens are sent to no other origin, also not after a redirect. Default: none.
    /// </summary>
    public IReadOnlyList<Uri> Origins { get; init => field = ValueList<Uri>.Of(value); } = ValueList<Uri>.Empty;

    /// <summary>The name of the authority that issues the tokens: see <see cref="VismaAuthority.Name"/>. Default: Visma Connect.</summary>
    public string Authority { get; init; } = VismaAuthority.VismaConnect.Name;

    /// <summary>
    /// The scopes to request for a service token if neither the key nor the client names scopes. If a client needs fewer, name them in its
    /// settings. Default: none; the token then has the scopes of the application.
    /// </summary>
    public IReadOnlyList<string> ServiceScopes { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The scopes to request in a user's consent if the client names no scopes. Default: none.</summary>
    public IReadOnlyList<string> UserScopes { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>How the API limits its calls, for <c>AddVismaResilience</c>. Default: <see cref="RateLimitDialect.RetryAfter"/>.</summary>
    public RateLimitDialect RateLimits { get; init; }

    /// <summary>
    /// Visma.net ERP (https://docs.vismasoftware.no/visma-net-erp-api). Paths of version 2 start with a slash: <c>GetAsync("/v2/...")</c>. Its
    /// replies can link to the sales order service, and to the old host until Visma removes it.
    /// </summary>
    public static VismaApi NetErp => field ??= new("NetErp", new Uri("https://api.finance.visma.net/v1/"))
    {
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
        RateLimits = RateLimitDialect.NetErp,
    };

    /// <summary>Visma.net ERP sales orders, version 3.</summary>
    public static VismaApi SalesOrders => field ??= new("SalesOrders", new Uri("https://salesorder.visma.net/api/v3/"))
    {
        Origins = [new Uri("https://api.finance.visma.net")],
        ServiceScopes = ["visma.net.erp.salesorder:read", "visma.net.erp.salesorder:write"],
        UserScopes = ["visma.net.erp.salesorder:read", "visma.net.erp.salesorder:write"],
        RateLimits = RateLimitDialect.NetErp,
    };

    /// <summary>Visma.net ERP journal transactions. Visma documents no scopes for it: name them in the settings of the client.</summary>
    public static VismaApi JournalTransactions => field ??= new("JournalTransactions", new Uri("https://journaltx.visma.net/"))
    {
        RateLimits = RateLimitDialect.NetErp,
    };

    /// <summary>Business NXT for a user: the GraphQL endpoint (https://docs.vismasoftware.no/businessnxtapi).</summary>
    public static VismaApi BusinessNxt => field ??= new("BusinessNxt", new Uri("https://business.visma.net/api/graphql"))
    {
        UserScopes = ["openid", "email", "business-graphql-api:access-group-based"],
        RateLimits = RateLimitDialect.BusinessNxt,
    };

    /// <summary>
    /// Business NXT for a service: the GraphQL endpoint. Its tokens usually are for no tenant, because the query names the company: set
    /// <see cref="VismaClientOptions.TenantUse"/> of the client to <see cref="TenantUse.None"/>.
    /// </summary>
    public static VismaApi BusinessNxtService => field ??= new("BusinessNxtService", new Uri("https://business.visma.net/api/graphql-service"))
    {
        ServiceScopes = ["business-graphql-service-api:access-group-based"],
        RateLimits = RateLimitDialect.BusinessNxt,
    };

    /// <summary>eAccounting, now named Spiris (https://developer.vismaonline.com/docs). Tokens of users only.</summary>
    public static VismaApi EAccounting => field ??= new("EAccounting", new Uri("https://eaccountingapi.vismaonline.com/v2/"))
    {
        Authority = VismaAuthority.EAccounting.Name,
        UserScopes = ["ea:api", "ea:sales", "ea:accounting", "ea:purchase", "offline_access"],
        RateLimits = RateLimitDialect.EAccounting,
    };

    /// <summary>The Swedish payroll (Lön) of eAccounting. Tokens of users only.</summary>
    public static VismaApi SwedishPayroll => field ??= new("SwedishPayroll", new Uri("https://vlsapi.vismaonline.com/"))
    {
        Authority = VismaAuthority.EAccounting.Name,
        UserScopes = ["vls:api", "offline_access"],
    };

    /// <summary>The Norwegian payroll of Visma.net. Older programs call <c>api.payroll.core.hrm.visma.net</c>; its tokens may be sent there too.</summary>
    public static VismaApi NorwegianPayroll => field ??= new("NorwegianPayroll", new Uri("https://payrollapi.no.visma.net/v1/"))
    {
        Origins = [new Uri("https://api.payroll.core.hrm.visma.net")],
        ServiceScopes = ["payroll:employees:read", "payroll:paycodes:read", "payroll:transactions:full"],
    };

    /// <summary>
    /// Visma.net Employee, version 2. Version 1 has the host <c>employeeapi.employeecore.hrm.visma.net</c>; its tokens may be sent there too.
    /// </summary>
    public static VismaApi Employee => field ??= new("Employee", new Uri("https://api.employeecore.hrm.visma.net/v2/"))
    {
        Origins = [new Uri("https://employeeapi.employeecore.hrm.visma.net")],
        ServiceScopes = ["visma_net_employee:employees:read", "visma_net_employee:employees:write"],
    };

    /// <summary>Visma.net Calendar. Its scopes are not known: name them in the settings of the client.</summary>
    public static VismaApi Calendar => field ??= new("Calendar", new Uri("https://api.calendar.hrm.visma.net/v1/"));

    /// <summary>HRM analytics, Netherlands. It answers 401 if one of the scopes is missing.</summary>
    public static VismaApi HrmAnalytics => field ??= new("HrmAnalytics", new Uri("https://api.analytics1.hrm.visma.net/"))
    {
        ServiceScopes =
        [
            "hrmanalytics:nlhrm:exportemployees", "hrmanalytics:nlhrm:contracts", "hrmanalytics:nlhrm:organizationunits",
            "hrmanalytics:nlhrm:metadata", "hrmanalytics:nlhrm:users", "hrmanalytics:nlhrm:contactinformation",
        ],
    };

    /// <summary>Dinero (https://developer.dinero.dk). The organisation is a segment of the path. Tokens of users only.</summary>
    public static VismaApi Dinero => field ??= new("Dinero", new Uri("https://api.dinero.dk/v1/"))
    {
        UserScopes = ["dineropublicapi:read", "dineropublicapi:write", "offline_access"],
        RateLimits = RateLimitDialect.Dinero,
    };

    /// <summary>
    /// Visma.net ERP through the legacy VNI: the old host, with tokens of <see cref="VismaAuthority.Vni"/> and the company in a header
    /// (<c>request.SetVniCompany</c>). Visma limits its requests, and has announced its end.
    /// </summary>
    [Obsolete(LegacyVni.Advice, DiagnosticId = LegacyVni.DiagnosticId, UrlFormat = LegacyVni.Url)]
    public static VismaApi NetErpVni => field ??= new("NetErpVni", new Uri("https://integration.visma.net/API/controller/api/v1/"))
    {
        Authority = VismaAuthority.Vni.Name,
        UserScopes = ["financialstasks"],
        RateLimits = RateLimitDialect.NetErpOldHost,
    };

    /// <summary>
    /// Returns the same API at another address, for example at stage or at a fake server in a test. Its tokens may be sent to that origin only.
    /// </summary>
    /// <param name="baseAddress">The new <see cref="BaseAddress"/>, with its path.</param>
    /// <returns>The API.</returns>
    /// <exception cref="ArgumentException"><paramref name="baseAddress"/> is not absolute.</exception>
    public VismaApi WithBaseAddress(Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        return baseAddress.IsAbsoluteUri
            ? this with { BaseAddress = baseAddress, Origins = [] }
            : throw new ArgumentException("The address of an API must be absolute.", nameof(baseAddress));
    }

    /// <summary>Returns name and address.</summary>
    public override string ToString() => $"{Name} at {BaseAddress}";

    /// <summary>The APIs that are listed here. An application can add others.</summary>
    public static IReadOnlyList<VismaApi> All => field ??=
    [
        NetErp, SalesOrders, JournalTransactions, BusinessNxt, BusinessNxtService, EAccounting, SwedishPayroll, Dinero,
        NorwegianPayroll, Employee, Calendar, HrmAnalytics, NetErpVni,
    ];

    // Each API is created when it is looked up: an application uses one or two of them, and starts faster without the others.
    internal static VismaApi? FindBuiltIn(string name) => name.ToUpperInvariant() switch
    {
        "NETERP" => NetErp,
        "SALESORDERS" => SalesOrders,
        "JOURNALTRANSACTIONS" => JournalTransactions,
        "BUSINESSNXT" => BusinessNxt,
        "BUSINESSNXTSERVICE" => BusinessNxtService,
        "EACCOUNTING" => EAccounting,
        "SWEDISHPAYROLL" => SwedishPayroll,
        "DINERO" => Dinero,
        "NORWEGIANPAYROLL" => NorwegianPayroll,
        "EMPLOYEE" => Employee,
        "CALENDAR" => Calendar,
        "HRMANALYTICS" => HrmAnalytics,
        "NETERPVNI" => NetErpVni,
        _ => null,
    };
}
