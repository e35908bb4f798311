namespace Visma.Connect.Sdk;

/// <summary>The result of a disconnection.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record Disconnection
{
    /// <summary>Creates a result, for the unit tests of an application.</summary>
    /// <param name="wasConnected">Whether there was a connection.</param>
    /// <param name="revocationFailure">Why the tokens were not revoked. Null if they were, or if there were none.</param>
    public Disconnection(bool wasConnected, VismaConnectException? revocationFailure = null)
    {
        WasConnected = wasConnected;
        RevocationFailure = revocationFailure;
    }

    /// <summary>Whether there was a connection. In both cases, the token cache has none now.</summary>
    public bool WasConnected { get; }

    /// <summary>
    /// Why the tokens were not revoked at Visma. Null if they were, or if there were none. The library no longer uses these tokens, but Visma
    /// still accepts them: the user can withdraw the consent at Visma.
    /// </summary>
    public VismaConnectException? RevocationFailure { get; }

    /// <summary>Returns whether there was a connection, and why its tokens were not revoked.</summary>
    public override string ToString() =>
        (WasConnected ? "disconnected" : "was not connected") + (RevocationFailure is null ? "" : $"; not revoked: {RevocationFailure.Message}");
}
