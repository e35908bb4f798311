namespace Visma.Connect.Sdk;

/// <summary>What came of a disconnection.</summary>
public sealed record Disconnection
{
    /// <summary>Whether there was a connection. It is gone from the token cache in any case.</summary>
    public bool WasConnected { get; init; }

    /// <summary>
    /// Why Visma could not be told; null when it was, or when there was nothing to tell. Its tokens are renewed no more, but Visma would
    /// still take them: the user can end the consent at Visma.
    /// </summary>
    public VismaConnectException? RevocationFailure { get; init; }
}
