namespace Visma.Connect.Sdk;

/// <summary>Why connections probably ended. The identity server does not say it, so it is a conclusion from what happened.</summary>
public enum ReauthorizationCause
{
    /// <summary>No conclusion is possible. <see cref="VismaConnection.Reason"/> has what is known.</summary>
    Unknown = 0,

    /// <summary>
    /// The reply to a renewal was lost, or a process died during a renewal. A grace period of 60 seconds for one-time refresh tokens, in the Visma
    /// Developer Portal and in the settings of the client, prevents this.
    /// </summary>
    LostReply = 1,

    /// <summary>
    /// The server refused all connections of the user at this client, and one refresh token may have been used twice: replay detection revokes all
    /// access of the client and user. A second program or deployment with the same refresh tokens also causes this.
    /// </summary>
    ReplayDetection = 2,

    /// <summary>
    /// The server refused all connections of the user at this client, and no refresh token was used twice: the user has changed the password, or has
    /// lost the access.
    /// </summary>
    PasswordChange = 3,

    /// <summary>
    /// The server refused this connection, and other connections of the same user work: the consent was withdrawn, or the refresh token has expired.
    /// </summary>
    ConsentWithdrawn = 4,
}
