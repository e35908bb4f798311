namespace Visma.Connect.Sdk;

/// <summary>Whether a one-time refresh token is sent again after a send whose outcome is unknown, outside of a grace period.</summary>
/// <remarks>
/// The outcome is unknown if the reply was lost, or if a process stopped between the send and the save. If the server did exchange the token,
/// a second use looks like the replay of a stolen token: Visma Connect then revokes all access of this client and user, also in other
/// connections (Visma Developer Portal, documentation of tokens; read November 2026).
/// </remarks>
public enum RefreshTokenReplay
{
    /// <summary>
    /// If the authority has an introspection endpoint, it is sent again if the server says that it is unspent. Otherwise it is sent again if no
    /// other connection of the same user exists at this client. Connections whose user is unknown count as connections of the same user.
    /// </summary>
    WhenNoOtherConnection,

    /// <summary>It is never sent again, also not within a grace period, and the server is not asked.</summary>
    Never,

    /// <summary>It is always sent again, and the server is not asked: for an identity server without replay detection.</summary>
    Always,
}
