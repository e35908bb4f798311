using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Every event that the endpoints for connecting log. Ids are fixed, and no event contains a secret.</summary>
internal static partial class ConnectLog
{
    [LoggerMessage(50, LogLevel.Warning,
        "The attempt to connect {Key} was refused, because MapVismaConnect has no AuthorizeConnection: set options.AuthorizeConnection (or "
        + "options.AuthorizationPolicy) to say who may connect which connection.")]
    public static partial void NoDecision(ILogger logger, TokenKey key);

    [LoggerMessage(51, LogLevel.Warning,
        "The application refused an attempt to connect {Key} at step {Step} (reconnect link: {IsReconnectLink}); if the user may connect it, correct "
        + "AuthorizeConnection or AuthorizationPolicy, which for a reconnect link see a user who is usually anonymous.")]
    public static partial void Refused(ILogger logger, TokenKey key, ConnectionStep step, bool isReconnectLink);

    [LoggerMessage(52, LogLevel.Warning, "The attempt to connect {Key} failed, and its page answered {Status}.")]
    public static partial void Failed(ILogger logger, TokenKey key, int status, Exception? exception);

    [LoggerMessage(53, LogLevel.Warning,
        "A cookie of an attempt to connect cannot be decrypted, so the user has to start again; if this repeats, give all processes the same Data Protection "
        + "keys and the same application name (SetApplicationName).")]
    public static partial void UnreadableCookie(ILogger logger);

    [LoggerMessage(54, LogLevel.Warning,
        "An attempt to connect {Key} was begun over plain http at host {Host}, where browsers do not store its cookie, so it will fail; use https, or "
        + "UseForwardedHeaders behind a proxy that ends https.")]
    public static partial void PlainHttp(ILogger logger, TokenKey key, string host);

    [LoggerMessage(55, LogLevel.Information,
        "A callback was refused with {Status}, because it does not belong to an attempt that this browser began within 15 minutes.")]
    public static partial void ForeignCallback(ILogger logger, int status);

    [LoggerMessage(56, LogLevel.Warning, "A callback for {Key} was refused, because another user than the one who is signed in began the attempt.")]
    public static partial void OtherUser(ILogger logger, TokenKey key);

    [LoggerMessage(57, LogLevel.Information, "{Key} was connected with a reconnect link.")]
    public static partial void LinkUsed(ILogger logger, TokenKey key);

    [LoggerMessage(58, LogLevel.Warning,
        "An attempt to connect {Key} was begun at {Host}, and Visma sends the browser to {RedirectHost}, where it has no cookie of the attempt, so it will "
        + "fail; open the application at the address of the RedirectUri (localhost and 127.0.0.1 are two addresses), set another RedirectUri, or "
        + "use UseForwardedHeaders behind a proxy.")]
    public static partial void OtherHost(ILogger logger, TokenKey key, string host, string redirectHost);

    // The name in the address is not logged, because everyone can write it.
    [LoggerMessage(59, LogLevel.Information,
        "An attempt to connect was refused with 404, because VismaConnect:Clients has no client of the name in the address; it has {Clients}.")]
    public static partial void NoSuchClient(ILogger logger, string clients);

    [LoggerMessage(49, LogLevel.Warning,
        "MapVismaConnect has no AuthorizeConnection, so every attempt to connect will be refused: set options.AuthorizeConnection (or "
        + "options.AuthorizationPolicy) to say who may connect which connection.")]
    public static partial void NoDecisionAtStart(ILogger logger);
}
