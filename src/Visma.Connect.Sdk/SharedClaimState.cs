namespace Visma.Connect.Sdk;

/// <summary>Whether the caller of <see cref="SharedClaims.TryBeginAsync"/> does the work.</summary>
public enum SharedClaimState
{
    /// <summary>
    /// The caller does the work, and no other one. It ends with <see cref="SharedClaims.EndAsync"/> or <see cref="SharedClaims.ReleaseAsync"/>.
    /// </summary>
    Begun,

    /// <summary>Another caller, in this or in another process, does the work and has not finished.</summary>
    Busy,

    /// <summary>The work was done before.</summary>
    Done,
}
