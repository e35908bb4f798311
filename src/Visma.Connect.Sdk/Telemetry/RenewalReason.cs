namespace Visma.Connect.Sdk;

/// <summary>Why a token is obtained or renewed.</summary>
internal enum RenewalReason
{
    /// <summary>Before its expiry, while callers use the old token.</summary>
    Ahead,

    /// <summary>There is no usable token: callers wait.</summary>
    Late,

    /// <summary>The API rejected the old token: callers wait.</summary>
    Rejected,
}
