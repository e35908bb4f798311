namespace Visma.Connect.Sdk.TokenCache;

/// <summary>Which entries of a token cache to list. Default: all of them.</summary>
public sealed record TokenFilter
{
    /// <summary>Lists only the entries of this client. Default: null, the entries of all clients.</summary>
    public string? Client { get; init; }

    /// <summary>Lists only user connections: no service tokens, and no claims. Default: false.</summary>
    public bool ConnectionsOnly { get; init; }

    // Lists only claims.
    internal bool ClaimsOnly { get; init; }

    /// <summary>Whether the entry of a key is to be listed.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True if the entry is to be listed.</returns>
    /// <remarks>An implementation of <see cref="ITokenCache"/> calls this for every key, so that it also supports filters that are added later.</remarks>
    public bool Includes(TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (!ClaimsOnly || key.IsClaim)
            && (!ConnectionsOnly || key.Connection is not null)
            && (Client is null || string.Equals(Client, key.Client, StringComparison.OrdinalIgnoreCase));
    }
}
