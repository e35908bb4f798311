namespace Visma.Connect.Sdk;

/// <summary>Which entries of a cache are listed. Without any restriction: all.</summary>
public sealed record TokenFilter
{
    /// <summary>Only those of this client; null: of every client.</summary>
    public string? Client { get; init; }

    /// <summary>Only user connections, and no service tokens.</summary>
    public bool ConnectionsOnly { get; init; }

    /// <summary>Whether a key is among them. An implementation of <see cref="ITokenCache"/> asks this for every key, so that it heeds restrictions that are added later.</summary>
    /// <param name="key">The key.</param>
    public bool Includes(TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (!ConnectionsOnly || key.Connection is not null)
            && (Client is null || string.Equals(Client, key.Client, StringComparison.OrdinalIgnoreCase));
    }
}
