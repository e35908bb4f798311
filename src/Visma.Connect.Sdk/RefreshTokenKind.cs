namespace Visma.Connect.Sdk;

/// <summary>The kind of refresh tokens that the Visma Developer Portal is set to for an application.</summary>
public enum RefreshTokenKind
{
    /// <summary>
    /// Each refresh returns a new refresh token, and the old one must not be used again outside of the grace period
    /// (<see cref="VismaClientOptions.GracePeriod"/>). eAccounting has only these.
    /// </summary>
    OneTime,

    /// <summary>Each refresh returns the same refresh token, so sending it again is harmless.</summary>
    ReUse,
}
