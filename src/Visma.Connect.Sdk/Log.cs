using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Every event that the library logs. Each message is one sentence: what happened, and what to do. Ids are fixed, and no event contains a
/// secret.
/// </summary>
internal static partial class Log
{
    public const string Category = "Visma.Connect.Sdk";

    [LoggerMessage(1, LogLevel.Debug, "A token for {Key} was obtained; it expires at {ExpiresAt:u}.")]
    public static partial void TokenObtained(ILogger logger, TokenKey key, DateTimeOffset expiresAt);

    [LoggerMessage(2, LogLevel.Warning,
        "The renewal of the token for {Key} ahead of its expiry failed; the old token is used until {ExpiresAt:u}, and the renewal is "
        + "tried again.")]
    public static partial void RenewalFailed(ILogger logger, TokenKey key, DateTimeOffset expiresAt, Exception exception);

    [LoggerMessage(3, LogLevel.Warning,
        "Fewer scopes were granted for {Key} than requested ('{Granted}' instead of '{Asked}'); grant the missing scopes to the "
        + "application in {Portal}, or remove them from Scopes.")]
    public static partial void FewerScopes(ILogger logger, TokenKey key, string granted, string asked, string portal);

    [LoggerMessage(4, LogLevel.Warning,
        "The token cache failed to {Operation} the token for {Key}, or took too long, and was bypassed; check the token cache.")]
    public static partial void CacheBypassed(ILogger logger, string operation, TokenKey key, Exception exception);

    [LoggerMessage(5, LogLevel.Warning,
        "Secret {Number} of {Count} in the settings of client '{Client}' was refused (invalid_client), and the next secret is tried; "
        + "remove the refused secret if it is no longer in {Portal}.")]
    public static partial void SecretRefused(ILogger logger, string client, int number, int count, string portal);

    [LoggerMessage(6, LogLevel.Warning,
        "{Api} answered 401 to a valid token of {Key} ({Challenge}). {Remedy}")]
    public static partial void GoodTokenRefused(ILogger logger, string api, TokenKey key, string challenge, VismaRemedy remedy);

    [LoggerMessage(7, LogLevel.Warning,
        "{Api} answered 401 to {Key}, and the request was not sent again, because its body can be read only once or a redirect had "
        + "already answered it; repeat the request, and buffer such a body with LoadIntoBufferAsync before it is sent.")]
    public static partial void NotResent(ILogger logger, string api, TokenKey key);

    [LoggerMessage(8, LogLevel.Warning,
        "{Api} redirected to {Origin}, which is not one of its origins, so the redirect was not followed; if the address belongs to "
        + "the API, add it to its Origins.")]
    public static partial void ForeignRedirect(ILogger logger, string api, string origin);

    [LoggerMessage(9, LogLevel.Warning,
        "{Api} refused {Key} for lack of scope (403 insufficient_scope), because it needs '{Scope}'; add the scope to Scopes, and to "
        + "the application where it is registered.")]
    public static partial void InsufficientScope(ILogger logger, string api, TokenKey key, string scope);

    [LoggerMessage(10, LogLevel.Error,
        "The settings were changed and are invalid, so the last valid settings stay in use; correct this: {Faults}")]
    public static partial void SettingsBroken(ILogger logger, string faults);

    [LoggerMessage(11, LogLevel.Error, "The connection of {Key} has ended, and the user has to connect again: {Reason}")]
    public static partial void ReauthorizationRequired(ILogger logger, TokenKey key, string reason);

    [LoggerMessage(12, LogLevel.Critical,
        "The new tokens of {Key} cannot be saved, because the token cache is down or its entry cannot be read; they are kept in "
        + "memory, so repair the token cache before this process stops, or the user has to connect again.")]
    public static partial void TokensUnsaved(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(13, LogLevel.Warning,
        "The token cache works again, and the tokens of {Key} that could not be saved are saved or replaced.")]
    public static partial void TokensSavedAtLast(ILogger logger, TokenKey key);

    [LoggerMessage(14, LogLevel.Warning,
        "The token cache lost a write, because it had older tokens of {Key} than this process, which saves the newer tokens again; "
        + "check the durability of the token cache.")]
    public static partial void CacheForgot(ILogger logger, TokenKey key);

    [LoggerMessage(15, LogLevel.Warning,
        "Attempt {Attempt} to renew the token of {Key}, begun at {PlacedAt:u}, was not finished by the process that began it, so it is "
        + "taken over; if this repeats, find out why processes stop.")]
    public static partial void MarkTakenOver(ILogger logger, TokenKey key, long attempt, DateTimeOffset placedAt);

    [LoggerMessage(16, LogLevel.Warning, "In the reply to a renewal of {Key} only the refresh token could be used; it is saved.")]
    public static partial void ReplySalvaged(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(17, LogLevel.Warning,
        "The tokens of {Key} could not be revoked; they are removed here, but the identity server still accepts them, so ask the user "
        + "to end the consent at Visma.")]
    public static partial void RevocationFailed(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(18, LogLevel.Error, "An IReauthorizationObserver failed for {Key}, whose user has to connect again.")]
    public static partial void ObserverFailed(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(19, LogLevel.Critical,
        "The host stopped before {Count} renewals of user tokens were finished, and new tokens that were not saved are lost; increase "
        + "HostOptions.ShutdownTimeout.")]
    public static partial void ShutdownCutOff(ILogger logger, int count);

    [LoggerMessage(20, LogLevel.Information, "{Key} is connected.")]
    public static partial void Connected(ILogger logger, TokenKey key);

    [LoggerMessage(21, LogLevel.Information, "{Key} is disconnected.")]
    public static partial void Disconnected(ILogger logger, TokenKey key);

    [LoggerMessage(22, LogLevel.Warning,
        "{Key} is connected without a refresh token, although 'offline_access' was requested, so the user has to connect again when "
        + "the access token expires; switch offline access on in {Portal}.")]
    public static partial void NoRefreshToken(ILogger logger, TokenKey key, string portal);

    [LoggerMessage(23, LogLevel.Warning, "A renewal for {Key} got no usable answer, so it is sent once more.")]
    public static partial void SentAgain(ILogger logger, TokenKey key, Exception exception);

    [LoggerMessage(24, LogLevel.Warning,
        "Stored tokens are not encrypted, because AllowUnprotectedTokens is true, so the storage gives each of its readers the tokens "
        + "of every customer; set a key in TokenProtection.")]
    public static partial void TokensUnprotected(ILogger logger);

    [LoggerMessage(25, LogLevel.Warning,
        "Client '{Client}' has one-time refresh tokens and no grace period, so one lost reply ends a connection; set a grace period of "
        + "60 seconds in {Portal} and in the settings (GracePeriod), or RefreshTokens to ReUse if they are not one-time tokens.")]
    public static partial void NoGracePeriod(ILogger logger, string client, string portal);

    [LoggerMessage(26, LogLevel.Warning, "The refresh token of {Key} was sent with an unknown outcome, and is not sent again; the access token is used "
        + "until {ExpiresAt:u}, and then the user has to connect again: set a grace period. {Evidence}")]
    public static partial void NotSentAgain(ILogger logger, TokenKey key, DateTimeOffset expiresAt, string evidence);

    [LoggerMessage(27, LogLevel.Warning, "The refresh token of {Key} was sent with an unknown outcome; the identity server says that it is unspent, so it is "
        + "sent once more. {Evidence}")]
    public static partial void Unspent(ILogger logger, TokenKey key, string evidence);

    [LoggerMessage(28, LogLevel.Debug, "A request to an identity server is repeated in {Delay}: {Failure}")]
    public static partial void RequestRepeated(ILogger logger, TimeSpan delay, string failure);

    [LoggerMessage(29, LogLevel.Warning,
        "Token requests of client '{Client}' are held back for {Pause}, because its identity server asked for it or refused the client: {Failure}")]
    public static partial void ClientHeldBack(ILogger logger, string client, TimeSpan pause, string failure);

    [LoggerMessage(30, LogLevel.Debug,
        "A request to {RedirectUri} was refused with {Status}, because it is not the expected answer to the sign-in.")]
    public static partial void CallbackRefused(ILogger logger, string redirectUri, int status);

    [LoggerMessage(31, LogLevel.Warning,
        "{Api} refused a call of {Key}, because too many calls were sent; calls that count together wait until {OpensAt:u}, so if this repeats, send "
        + "fewer calls or spread them.")]
    public static partial void CallsRefused(ILogger logger, string api, TokenKey key, DateTimeOffset opensAt);

    [LoggerMessage(32, LogLevel.Warning,
        "A {Method} to {Api} failed ({Failure}) and is sent again in {Seconds:0.#} s; if this repeats, check the network, or ask Visma's support.")]
    public static partial void CallSentAgain(ILogger logger, string api, HttpMethod method, string failure, double seconds);

    [LoggerMessage(33, LogLevel.Warning,
        "{Server} gives no usable answers to requests for service tokens, so they fail at once for {Break}, and then one is sent, to try: {Failure}")]
    public static partial void CircuitOpened(ILogger logger, string server, TimeSpan @break, string failure);

    [LoggerMessage(34, LogLevel.Information, "{Server} answers requests for service tokens again.")]
    public static partial void CircuitClosed(ILogger logger, string server);

    [LoggerMessage(35, LogLevel.Warning,
        "The progress callback of an import failed, and its failures are not logged again; the import goes on.")]
    public static partial void ImportProgressFailed(ILogger logger, Exception exception);

    [LoggerMessage(36, LogLevel.Warning,
        "{Api} answered 404 to a request whose address is outside of the path of the API, {BaseAddress}; write addresses relative to it, without a slash "
        + "at the beginning and without its version, and end a base address of your own with a slash.")]
    public static partial void OutsideOfPath(ILogger logger, string api, Uri baseAddress);

    [LoggerMessage(37, LogLevel.Warning,
        "{Api} answered 401 to a request that has an Authorization header that the application set, so no token of client '{Client}' was attached; remove "
        + "the header, for example from DefaultRequestHeaders.")]
    public static partial void OwnHeaderRefused(ILogger logger, string api, string client);

    [LoggerMessage(38, LogLevel.Critical,
        "The container was disposed of during {Count} renewals of user tokens, and new tokens that are not saved before the process ends are lost; "
        + "dispose of it with DisposeAsync, or run the program in a host.")]
    public static partial void DisposedDuringRenewal(ILogger logger, int count);

    [LoggerMessage(39, LogLevel.Warning,
        "The RedirectUri of client '{Client}' is plain http, and not an address of this machine, so the network can read the code; use https.")]
    public static partial void PlainRedirectUri(ILogger logger, string client);

    [LoggerMessage(43, LogLevel.Warning,
        "{Key} is connected without a refresh token, because 'offline_access' was not requested, so the user has to connect again when the access token "
        + "expires; to renew it instead, add it to Scopes.")]
    public static partial void NoOfflineAccess(ILogger logger, TokenKey key);
}
