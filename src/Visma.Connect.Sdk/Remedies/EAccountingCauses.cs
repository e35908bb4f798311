namespace Visma.Connect.Sdk;

/// <summary>The error codes of eAccounting that concern access (https://developer.vismaonline.com/docs/error-codes-copy), and what to do.</summary>
internal static class EAccountingCauses
{
    private static readonly Dictionary<int, KnownCause> ByCode = new()
    {
        [4002] = Cause(4002, "The company has no access to this module.", "Choose a product or variant of the company that contains the module."),
        [4003] = Cause(4003, "The start-up guide of the company is not finished.", "A user of the company finishes the start-up guide in eAccounting."),
        [4004] = Cause(4004, "The company is inactive.", "The company activates its subscription, or the user connects another company."),
        [4005] = Cause(4005, "The token gives no access here.", "Check the scopes of the client and the rights of the user; then have the user connect again."),
        [4006] = Cause(
            4006,
            "The token lacks the scope that this endpoint requires.",
            "Add the scope to Scopes of the client, and have it approved for the application; then have the user connect again."),
        [4007] = Cause(4007, "The user lacks the permission.", "An administrator of the company gives the user the permission in eAccounting."),
        [4009] = Cause(4009, "The product variant of the company does not contain this.", "The company changes its variant, or the call is left out."),
        [4010] = Cause(
            4010,
            "The limit of 600 requests a minute for an application and endpoint is reached.",
            "Wait as long as the message says: AddVismaResilience does that.",
            "rate-limits-copy"),
        [4011] = Cause(
            4011,
            "The user has no access to this company.",
            "Have the user connect again and choose a company; with SelectCompany, Visma always asks for it."),
        [4012] = Cause(4012, "The licence terms are not accepted.", "A user of the company signs in to eAccounting and accepts them."),
        [4019] = Cause(4019, "The user may only read.", "Have a user connect who may write."),
        [4034] = Cause(
            4034,
            "A client of the sandbox called data of production.",
            "Use a client for production; the addresses are the same.",
            "environments"),
    };

    public static IEnumerable<KnownCause> All => ByCode.Values;

    public static KnownCause? Of(int code) => ByCode.TryGetValue(code, out KnownCause? cause) ? cause : null;

    private static KnownCause Cause(int code, string cause, string action, string page = "error-codes-copy") => new(
        FormattableString.Invariant($"eAccounting: `ErrorCode` {code}"),
        new VismaRemedy(FormattableString.Invariant($"eaccounting-{code}"), action, cause, VismaPages.EAccounting(page)));
}
