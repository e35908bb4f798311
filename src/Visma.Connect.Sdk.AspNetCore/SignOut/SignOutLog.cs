using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>Every event that sign-out logs. Ids are fixed, and no event contains a secret or says who a user is.</summary>
internal static partial class SignOutLog
{
    [LoggerMessage(70, LogLevel.Debug, "The identity server has ended a session, and the sessions of the application that belong to it have ended.")]
    public static partial void SessionEnded(ILogger logger);

    [LoggerMessage(71, LogLevel.Information, "A back-channel logout was refused with {Status}: {Reason}")]
    public static partial void LogoutRefused(ILogger logger, int status, string reason);

    [LoggerMessage(72, LogLevel.Warning,
        "It could not be checked whether a session has ended, because the token cache failed, so it counts as alive; check the token cache. This is logged at "
        + "most once a minute.")]
    public static partial void NotChecked(ILogger logger, Exception exception);

    [LoggerMessage(73, LogLevel.Warning,
        "A user has signed out, and the token cache failed to store that, so a copy of the cookie stays valid until it expires; check the token cache.")]
    public static partial void NotRemembered(ILogger logger, Exception exception);

    [LoggerMessage(74, LogLevel.Warning,
        "A user is signed out of the application and not of the identity server, because the address for it is not known.")]
    public static partial void NotSignedOutAtServer(ILogger logger, Exception exception);

    [LoggerMessage(75, LogLevel.Warning,
        "The connections without a refresh token of a user whose session has ended could not all be ended; they end when their access tokens expire.")]
    public static partial void ConnectionsNotEnded(ILogger logger, Exception exception);
}
