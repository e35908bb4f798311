namespace Visma.Connect.Sdk.Testing;

/// <summary>What the identity server does when a one-time refresh token is used a second time, outside of its grace period.</summary>
public enum FakeReplayDetection
{
    /// <summary>It refuses the token (<c>invalid_grant</c>), and nothing else happens.</summary>
    None,

    /// <summary>
    /// It also revokes the whole grant: its refresh tokens are refused, and the APIs answer its access tokens with 401 (RFC 9700 section 4.14.2).
    /// </summary>
    RevokesGrant,

    /// <summary>
    /// It also revokes every other grant of the same client and user. This is Visma Connect's replay detection, as the Visma Developer Portal
    /// documents it (read November 2026).
    /// </summary>
    RevokesUser,
}
