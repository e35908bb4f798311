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

    [LoggerMessage(11, LogLevel.Error, "The connection of {Key} has ended, and the user has to connect again: {Reason}")]
    public static partial void ReauthorizationRequired(ILogger logger, TokenKey key, string reason);

    [LoggerMessage(12, LogLevel.Critical, "The new tokens of {Key} cannot be saved: the token cache is down, or what it holds cannot be read. They are kept in memory, and saved as soon as that is over; if this process ends before, the user has to connect again.")]
    public static partial void TokensUnsaved(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "The token cache works again: the tokens of {Key} that could not be saved are settled.")]
    public static partial void TokensSavedAtLast(ILogger logger, TokenKey key);

    [LoggerMessage(14, LogLevel.Warning, "The token cache has forgotten a write: it had older tokens of {Key} than this process, which puts the newer ones back. See to its durability.")]
    public static partial void CacheForgot(ILogger logger, TokenKey key);

    [LoggerMessage(15, LogLevel.Warning, "Attempt {Attempt} to renew the token of {Key}, begun at {PlacedAt:u}, was never finished by whoever made it; it is taken over.")]
    public static partial void MarkTakenOver(ILogger logger, TokenKey key, long attempt, DateTimeOffset placedAt);

    [LoggerMessage(16, LogLevel.Warning, "Of a reply to the renewal of {Key} only the refresh token could be used; it is saved.")]
    public static partial void ReplySalvaged(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(17, LogLevel.Warning, "The tokens of {Key} could not be revoked; they are removed here, but the identity server still takes them.")]
    public static partial void RevocationFailed(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(18, LogLevel.Error, "An IReauthorizationObserver failed for {Key}, whose user has to connect again.")]
    public static partial void ObserverFailed(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(19, LogLevel.Critical, "The host stopped before {Count} renewals of user tokens came to an end; what they had received and not saved is lost. Give HostOptions.ShutdownTimeout more time.")]
    public static partial void ShutdownCutOff(ILogger logger, int count);

    [LoggerMessage(20, LogLevel.Information, "{Key} is connected.")]
    public static partial void Connected(ILogger logger, TokenKey key);

    [LoggerMessage(21, LogLevel.Information, "{Key} is disconnected.")]
    public static partial void Disconnected(ILogger logger, TokenKey key);

    [LoggerMessage(22, LogLevel.Warning, "{Key} is connected without a refresh token, though 'offline_access' was asked for: when its access token ends the user has to connect again. Switch Offline Access on in the Visma Developer Portal.")]
    public static partial void NoRefreshToken(ILogger logger, TokenKey key);

    [LoggerMessage(23, LogLevel.Warning, "A renewal for {Key} got no usable answer; it is sent once more.")]
    public static partial void SentAgain(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "Nothing encrypts the tokens that are stored, as AllowUnprotectedTokens is true: whoever reads the storage has the tokens of every customer.")]
    public static partial void TokensUnprotected(ILogger logger);

    [LoggerMessage(30, LogLevel.Debug, "A request to {RedirectUri} was turned away with {Status}: it is not the answer to the sign-in that is waited for.")]
    public static partial void CallbackRefused(ILogger logger, string redirectUri, int status);
}
