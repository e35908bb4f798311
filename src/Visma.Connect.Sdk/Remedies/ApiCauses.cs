namespace Visma.Connect.Sdk;

/// <summary>Why an API refuses a request, and what to do. The causes of eAccounting are in <see cref="EAccountingCauses"/>.</summary>
internal static class ApiCauses
{
    public static readonly KnownCause WrongTenant = new(
        "401 from an API to a new token",
        new VismaRemedy(
            "wrong-tenant",
            "Use the tenant id of the company, not of the customer; both get a token. Then check the role API User, the licence of the company, and that the "
            + "token has the scope of the API.",
            "Usually the token is for the customer tenant instead of the company tenant.",
            VismaPages.NetErp("how-tos/fix401error")));

    public static readonly KnownCause NoToken = new(
        "401 from Business NXT: `Jwt is missing`",
        new VismaRemedy(
            "no-token",
            "Send the request through an HttpClient with AddVismaToken, and set no Authorization header.",
            "The request arrived without a token.",
            VismaPages.BusinessNxt("authentication")));

    public static readonly KnownCause ScopeMissing = new(
        "403 `insufficient_scope`",
        new VismaRemedy(
            "scope-missing",
            "Add the scope to Scopes, and to the application in the Visma Developer Portal; users have to connect again.",
            page: VismaPages.Connect("create-your-application")),
        new VismaRemedy(
            "scope-missing",
            "Add the scope to Scopes, and to the client at the identity server; users have to connect again."));

    public static readonly KnownCause NoLicence = new(
        "Visma.net ERP: fault code 12027, `No license for this company`",
        new VismaRemedy(
            "no-licence",
            "Use the tenant id of the company, not of the customer. Then check that the user has the role API User there, and that the licence of the company "
            + "has not expired.",
            "The token is for another tenant than the company, the user lacks the role API User, or the licence has expired.",
            VismaPages.NetErp("how-tos/fix401error")));

    public static readonly KnownCause OldToken = new(
        "Visma.net ERP: fault code 12002, `Invalid parameter exception: ipp-company-id`",
        new VismaRemedy(
            "old-token",
            "Give the user the role API User, and have the user connect again. Do not send the headers ipp-company-id and ipp-application-type with a token of "
            + "Visma Connect.",
            "The token was made without the role API User, or before the company moved to Visma Connect.",
            VismaPages.NetErp("authentication")));

    public static readonly KnownCause AudienceAsAddress = new(
        "404 from an address with `/erp/service` or `/erp/interactive`",
        new VismaRemedy(
            "audience-as-address",
            "Use https://api.finance.visma.net/v1/, which is the built-in VismaApi.NetErp.",
            "The portal's 'API Base URL' is the audience of the tokens, not an address: every path under it answers 404.",
            VismaPages.NetErp("end-of-life-notices/change-base-url")));

    public static readonly KnownCause OldHost = new(
        "429 from integration.visma.net",
        new VismaRemedy(
            "old-host",
            "Call https://api.finance.visma.net/v1/, which is the built-in VismaApi.NetErp.",
            "Visma allows ever fewer requests at the old host (500 an hour for an application since February 2026), until it is shut down.",
            VismaPages.NetErp("end-of-life-notices/change-base-url")));

    public static readonly KnownCause NetErpLimit = new(
        "429 from Visma.net ERP",
        new VismaRemedy(
            "erp-rate-limit",
            "Wait as long as Retry-After says: AddVismaResilience does that. Other companies have their own limit.",
            "The limit of this application and company for an hour is reached.",
            VismaPages.NetErp("api-reference/rate-limits")));

    public static readonly KnownCause DineroLimit = new(
        "429 from Dinero: `API calls quota exceeded!`",
        new VismaRemedy(
            "dinero-rate-limit",
            "Wait up to a minute: AddVismaResilience does that. Other organisations have their own limit.",
            "The limit of this application and organisation is reached: 100 requests a minute, 60 for a personal integration.",
            VismaPages.Dinero("documentation/best-practices")));

    public static readonly KnownCause DineroSubscription = new(
        "403 from Dinero with error code 48",
        new VismaRemedy(
            "dinero-subscription",
            "The organisation needs the subscription Pro or Total for its API.",
            page: VismaPages.Dinero("documentation/personal-integration")));

    public static readonly KnownCause BusinessNxtLimit = new(
        "429 from Business NXT",
        new VismaRemedy(
            "nxt-rate-limit",
            "Wait up to a minute: AddVismaResilience does that. A new token for the same application does not help.",
            "The limit of 600 requests a minute for a token is reached.",
            VismaPages.BusinessNxt("apireference/ratelimits")));

    public static readonly KnownCause BusinessNxtAtOnce = new(
        "200 from Business NXT with `OUTSTANDING_LIMIT_EXCEEDED`",
        new VismaRemedy(
            "nxt-requests-at-once",
            "Send fewer requests at once to this company: AddVismaResilience does that. A request that hangs keeps its place for up to 30 minutes.",
            "60 requests to this company or customer are being processed.",
            VismaPages.BusinessNxt("apireference/ratelimits")));

    public static readonly KnownCause VniTokenReplaced = new(
        "401 from VNI, or an error about the token or its company",
        new VismaRemedy(
            "vni-token-replaced",
            "Have the user connect again, and use one Visma.net user for each integration and company. Move to Visma Connect: docs/vni.md.",
            "The token was revoked, or a newer token for the same user and application has replaced it.",
            VismaPages.NetErp("end-of-life-notices")));

    /// <summary>The limit of an API's calls. Null if it is not documented.</summary>
    public static KnownCause? LimitOf(RateLimitDialect dialect, bool isAtOnce) => dialect switch
    {
        RateLimitDialect.NetErp => NetErpLimit,
        RateLimitDialect.NetErpOldHost => OldHost,
        RateLimitDialect.EAccounting => EAccountingCauses.Of(4010),
        RateLimitDialect.Dinero => DineroLimit,
        RateLimitDialect.BusinessNxt => isAtOnce ? BusinessNxtAtOnce : BusinessNxtLimit,
        _ => null,
    };

    public static IReadOnlyList<KnownCause> All { get; } =
    [
        WrongTenant, NoToken, ScopeMissing, NoLicence, OldToken, AudienceAsAddress, OldHost, NetErpLimit, DineroLimit, DineroSubscription,
        BusinessNxtLimit, BusinessNxtAtOnce, VniTokenReplaced,
    ];
}
