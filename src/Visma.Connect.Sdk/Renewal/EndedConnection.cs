namespace Visma.Connect.Sdk;

/// <summary>A connection whose end this process has saved. Holds secrets.</summary>
/// <param name="Key">The connection.</param>
/// <param name="Entry">Its entry, as saved.</param>
/// <param name="WasRefused">Whether the server refused its refresh token (<c>invalid_grant</c>).</param>
internal sealed record EndedConnection(TokenKey Key, TokenEntry Entry, bool WasRefused);
