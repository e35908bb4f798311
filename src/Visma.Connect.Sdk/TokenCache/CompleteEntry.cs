namespace Visma.Connect.Sdk.TokenCache;

/// <summary>Refuses an incomplete entry when it is saved. A renewal would otherwise find it, perhaps in another process and much later.</summary>
internal static class CompleteEntry
{
    /// <exception cref="ArgumentException">The entry lacks what its key needs. The message names the member.</exception>
    public static void Require(TokenKey key, TokenEntry entry)
    {
        string? missing = entry.Tokens is null ? nameof(TokenEntry.Tokens)
            : entry.Tokens.AccessToken is null ? $"{nameof(TokenEntry.Tokens)}.{nameof(TokenSet.AccessToken)}"
            : entry.TokenEndpoint is not { IsAbsoluteUri: true } ? nameof(TokenEntry.TokenEndpoint)
            : string.IsNullOrEmpty(entry.ClientId) ? nameof(TokenEntry.ClientId)
            : string.IsNullOrEmpty(entry.Version) ? nameof(TokenEntry.Version)
            : key.Connection is not null && string.IsNullOrEmpty(entry.GrantId) ? nameof(TokenEntry.GrantId)
            : null;
        if (missing is not null)
        {
            throw new ArgumentException(
                $"The entry of {key} is not saved, because {nameof(TokenEntry)}.{missing} is missing"
                    + $"{(missing == nameof(TokenEntry.TokenEndpoint) ? " or not absolute" : "")}. "
                    + "To bring refresh tokens of another program, use VismaConnections.ImportAsync, which sets every member.",
                nameof(entry));
        }
    }
}
