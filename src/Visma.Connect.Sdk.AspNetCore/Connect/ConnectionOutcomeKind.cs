namespace Visma.Connect.Sdk;

/// <summary>How an attempt to connect a company ended.</summary>
public enum ConnectionOutcomeKind
{
    /// <summary>The company is connected, and its tokens are saved.</summary>
    Connected,

    /// <summary>The user declined on the pages of the identity server. An earlier connection of the name is as it was.</summary>
    Cancelled,

    /// <summary>The attempt failed or was refused. An earlier connection of the name is as it was.</summary>
    Failed,
}
