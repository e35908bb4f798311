namespace Visma.Connect.Sdk.Testing;

/// <summary>What a one-time refresh token brings when it is presented again within the grace period. Which kind Visma is, Visma does not say.</summary>
public enum FakeReplay
{
    /// <summary>The same successor as the first time, with a fresh access token.</summary>
    Same,

    /// <summary>Another successor; all of them are good.</summary>
    New,

    /// <summary>Another successor; every other one of the grant is dead from then on.</summary>
    Newest,
}
