namespace Visma.Connect.Sdk;

/// <summary>What came of a disconnection.</summary>
/// <param name="WasConnected">Whether there was a connection. It is gone from this application in any case.</param>
/// <param name="RevocationFailure">
/// Why Visma could not be told; null when it was, or when there was nothing to tell. Its tokens are used no more, but Visma would still
/// take them: the user can end the consent at Visma.
/// </param>
public sealed record Disconnection(bool WasConnected, VismaConnectException? RevocationFailure);
