namespace Visma.Connect.Sdk;

/// <summary>
/// The tokens and names that an import must not use again: those of the rows before, and those of the connections that the token cache had when the
/// import began. It knows the hashes only.
/// </summary>
internal sealed class PresentedTokens
{
    private readonly Dictionary<(string Hash, string ClientId, Uri TokenEndpoint), TokenKey> _stored = [];
    private readonly Dictionary<string, int> _rowsByToken = new(StringComparer.Ordinal);
    private readonly Dictionary<TokenKey, int> _rowsByKey = [];

    public static async Task<PresentedTokens> ReadAsync(IAsyncEnumerable<TokenCacheItem> connections)
    {
        PresentedTokens presented = new();
        await foreach (TokenCacheItem item in connections.ConfigureAwait(false))
        {
            if (item.Fault is not null)
            {
                throw new VismaConnectException(
                    $"The stored entry of {item.Key} cannot be read, so whether it has one of the tokens to import is not known. Nothing was imported. "
                    + "Correct the encryption keys, or disconnect it.",
                    item.Fault);
            }

            // An exported token may come back, under another name too.
            if (item.Entry is { GrantId: not null, ExportedAt: null } entry)
            {
                presented.Add(item.Key, entry, entry.ImportedTokenHash);
                presented.Add(item.Key, entry, entry.Tokens.RefreshToken is { } token ? TextHash.Of(token) : null);
            }
        }

        return presented;
    }

    /// <summary>Why a row must not be imported: its token or its name was there before. Null if neither was; the row then counts for later ones.</summary>
    public string? WhyNot(ImportRow row)
    {
        if (_rowsByKey.TryGetValue(row.Key, out int sameName))
        {
            return FormattableString.Invariant($"Row {sameName} has the same client and name.");
        }

        // One VNI token is for all companies of its user, and is not exchanged, so several connections may have it.
        if (!row.IsLegacy && _rowsByToken.TryGetValue(row.TokenHash, out int sameToken))
        {
            return FormattableString.Invariant($"Row {sameToken} has the same token. It was not sent again for this row.");
        }

        _rowsByKey[row.Key] = row.Number;
        _rowsByToken[row.TokenHash] = row.Number;
        return !row.IsLegacy && IsOfAnother(row, out TokenKey? other) ? $"The token belongs to {other} already. It was not sent again for this row." : null;
    }

    // A token that another application or environment refused is not used up: the right settings may follow the wrong ones.
    private bool IsOfAnother(ImportRow row, out TokenKey? other)
    {
        return _stored.TryGetValue((row.TokenHash, row.Client.Options.ClientId!, row.Client.Authority.TokenEndpoint), out other) && other != row.Key;
    }

    private void Add(TokenKey key, TokenEntry entry, string? hash)
    {
        if (hash is not null)
        {
            _stored[(hash, entry.ClientId, entry.TokenEndpoint)] = key;
        }
    }
}
