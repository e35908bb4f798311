namespace Visma.Connect.Sdk;

/// <summary>
/// The keys of tenants that were named lately. A key that is used again need not be created, and its token need not be looked up
/// (<see cref="TokenKey.LastFound"/>).
/// </summary>
/// <remarks>Thread-safe. Has a fixed number of places, so that it stays small for any number of tenants; a tenant replaces another one in its place.</remarks>
internal sealed class RecentKeys(TokenKey ofClient)
{
    private const int Places = 1024;

    private readonly TokenKey?[] _keys = new TokenKey?[Places];
    private readonly int[] _lastNamed = new int[Places];

    /// <summary>The key of the client for this tenant.</summary>
    public TokenKey ForTenant(string tenantId)
    {
        int hash = HashOf(tenantId);
        int place = hash & (Places - 1);
        if (_lastNamed[place] != hash)
        {
            // A tenant gets the place when it is named twice in a row. If there are many more tenants than places, nearly every key would be replaced
            // before it is used again.
            _lastNamed[place] = hash;
            return ofClient.ForTenant(tenantId);
        }

        TokenKey? recent = Volatile.Read(ref _keys[place]);
        if (recent is not null && string.Equals(recent.TenantId, tenantId, StringComparison.Ordinal))
        {
            return recent;
        }

        TokenKey key = ofClient.ForTenant(tenantId);
        Volatile.Write(ref _keys[place], key);
        return key;
    }

    // Cheaper than a hash of the whole text. The ends of a tenant id differ: GUIDs of one kind begin with the time, and those of another kind end with the
    // same digits.
    private static int HashOf(string text)
    {
        int last = text.Length - 1;
        int hash = text[0];
        hash = (hash * 31) + text[last / 8];
        hash = (hash * 31) + text[last];
        hash = (hash * 31) + text[last - (last / 16)];
        hash = (hash * 31) + text[last - (last / 8)];
        return (hash * 31) + text[last / 16];
    }
}
