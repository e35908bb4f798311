namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The result of presenting a one-time refresh token again within its grace period. Visma does not document which one its servers return.
/// </summary>
public enum FakeReplay
{
    /// <summary>The same new refresh token as the first time, with another access token.</summary>
    Same,

    /// <summary>Another new refresh token. All tokens that were returned stay valid.</summary>
    New,

    /// <summary>Another new refresh token. All other new tokens of the grant are invalid from then on.</summary>
    Newest,
}
