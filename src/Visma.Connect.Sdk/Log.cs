using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Every event that the library logs: one sentence each, fixed ids, never a secret.</summary>
internal static partial class Log
{
    public const string Category = "Visma.Connect.Sdk";

    [LoggerMessage(1, LogLevel.Debug, "A token for {Key} was obtained; it expires at {ExpiresAt:u}.")]
    public static partial void TokenObtained(ILogger logger, TokenKey key, DateTimeOffset expiresAt);

    [LoggerMessage(2, LogLevel.Warning, "Renewing the token for {Key} ahead of its expiry failed; the old one is served until {ExpiresAt:u}, and renewal is tried again.")]
    public static partial void RenewalFailed(ILogger logger, TokenKey key, DateTimeOffset expiresAt, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Fewer scopes were granted for {Key} than asked for: '{Granted}' instead of '{Asked}'. Calls that need the others will be refused.")]
    public static partial void FewerScopes(ILogger logger, TokenKey key, string granted, string asked);

    [LoggerMessage(4, LogLevel.Warning, "The token cache failed to {Operation} the token for {Key}; it is bypassed.")]
    public static partial void CacheBypassed(ILogger logger, string operation, TokenKey key, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Secret {Number} of {Count} in the settings of client '{Client}' was refused (invalid_client); the next one is tried. Remove it if it is no longer in the Visma Developer Portal.")]
    public static partial void SecretRefused(ILogger logger, string client, int number, int count);

    [LoggerMessage(6, LogLevel.Warning, "{Api} answered 401 to a good token of {Key} ({Challenge}). Usual causes: the tenant id is the customer's instead of the company's, or the role or licence for the API is missing there.")]
    public static partial void GoodTokenRefused(ILogger logger, string api, TokenKey key, string challenge);

    [LoggerMessage(7, LogLevel.Warning, "{Api} answered 401 to {Key}, and the request was not sent again: its body can be read only once, or a redirect had already answered it.")]
    public static partial void NotResent(ILogger logger, string api, TokenKey key);

    [LoggerMessage(8, LogLevel.Warning, "{Api} redirected to {Origin}, which is not one of its origins; the redirect is handed back unfollowed. If it belongs to the API, add it to its Origins.")]
    public static partial void ForeignRedirect(ILogger logger, string api, string origin);

    [LoggerMessage(9, LogLevel.Warning, "{Api} refused {Key} for lack of scope (403 insufficient_scope): it needs '{Scope}'. Add it to the client's Scopes and to the application in the Visma Developer Portal.")]
    public static partial void InsufficientScope(ILogger logger, string api, TokenKey key, string scope);

    [LoggerMessage(10, LogLevel.Error, "The settings were changed and are wrong now; the last good ones go on. {Faults}")]
    public static partial void SettingsBroken(ILogger logger, string faults);
}
