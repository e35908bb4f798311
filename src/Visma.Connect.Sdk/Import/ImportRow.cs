namespace Visma.Connect.Sdk;

/// <summary>A row of the input that can be imported. Holds a secret.</summary>
internal sealed class ImportRow(int number, PortableConnection source, TokenKey key, ConfiguredClient client)
{
    /// <summary>The number of the row in the input, from 1.</summary>
    public int Number => number;

    public PortableConnection Source => source;

    public TokenKey Key => key;

    public ConfiguredClient Client => client;

    /// <summary>A VNI token is an access token: it is saved, and never exchanged.</summary>
    public bool IsLegacy => client.Authority.IsLegacy;

    public string TokenHash { get; } = TextHash.Of(source.Token);

    /// <summary>Whether the connection is for another company than the row says. False if one of them is not known.</summary>
    public bool IsOfOtherCompany(string? company) =>
        source.Company is { } expected && company is not null && !string.Equals(expected, company, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The entry of the row before its token was exchanged. Its access token is not usable, so the first renewal exchanges the refresh token.
    /// </summary>
    public TokenEntry ToEntry(DateTimeOffset now)
    {
        string grantId = RandomText.OfIdentifier();
        IReadOnlyList<string> scopes = source.Scopes.Count > 0 ? [.. source.Scopes] : client.UserScopes;
        AccessToken accessToken = IsLegacy
            ? new AccessToken(source.Token, now, DateTimeOffset.MaxValue, scopes, attempt: 0, grantId)
            : AccessToken.NotObtained(scopes, grantId);
        return new TokenEntry
        {
            Tokens = new TokenSet { AccessToken = accessToken, RefreshToken = IsLegacy ? null : source.Token },
            TokenEndpoint = client.Authority.TokenEndpoint,
            ClientId = client.Options.ClientId!,
            RequestedScopes = scopes,
            GrantId = grantId,
            StateSince = now,
            ConnectedAt = source.ConnectedAt ?? now,
            // Whether the user consented after the grace period was set in the portal is not known.
            GracePeriod = null,
            Company = source.Company,
            Subject = source.Subject,
            ImportedTokenHash = TokenHash,
        };
    }
}
