namespace Visma.Connect.Sdk.Chaos;

/// <summary>The database that all processes share. It notes what is saved.</summary>
internal sealed class SharedCache(World world, TokenServer server, IReadOnlyDictionary<TokenKey, Connection> connections)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TokenKey, TokenEntry> _entries = [];

    public TokenEntry? Get(TokenKey key)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(key);
        }
    }

    public bool Save(TokenKey key, TokenEntry entry, string? ifVersion, Process by)
    {
        lock (_lock)
        {
            if (Get(key)?.Version != ifVersion)
            {
                return false;
            }

            _entries[key] = entry;
            Note(key, entry, by);
            return true;
        }
    }

    public bool Remove(TokenKey key, string ifVersion)
    {
        lock (_lock)
        {
            return Get(key)?.Version == ifVersion && _entries.Remove(key);
        }
    }

    public IReadOnlyList<TokenCacheItem> List(TokenFilter? filter)
    {
        lock (_lock)
        {
            return [.. _entries.Where(entry => filter?.Includes(entry.Key) != false).Select(entry => new TokenCacheItem(entry.Key, entry.Value))];
        }
    }

    private void Note(TokenKey key, TokenEntry entry, Process by)
    {
        if (connections.TryGetValue(key, out Connection? connection) && server.Find(entry.Tokens.RefreshToken) is { } token)
        {
            token.SavedAt ??= world.Now;
            NoteMark(token, entry.Mark, by);
            bool hasEnded = entry.State == ConnectionState.ReauthorizationRequired;
            connection.EndedBy = hasEnded ? by : null;
            connection.EndedAt = hasEnded ? connection.EndedAt ?? world.Now : null;
            connection.Note(world.Now, $"{by}: saved {token}, attempt {entry.Attempt} of {entry.LastAttempt}, {entry.State}"
                + (entry.Mark is null ? "" : $", mark {entry.Mark.Id[..4]} {entry.Mark.Lease.TotalSeconds:0} s")
                + (entry.Mark?.Outcome is null ? "" : " with evidence")
                + (hasEnded ? $": {entry.StateReason}" : ""));
        }
    }

    private void NoteMark(RefreshToken token, RenewalMark? mark, Process by)
    {
        foreach (Marking gone in token.Markings.Where(known => known.Id != mark?.Id))
        {
            gone.RemovedAt ??= world.Now;
        }

        if (mark is not null)
        {
            Marking? marking = token.Markings.Find(known => known.Id == mark.Id);
            if (marking is null)
            {
                marking = new Marking(by, mark.Id, world.Now);
                token.Markings.Add(marking);
            }

            marking.LapsesAt = marking.At + mark.Lease + TimeSpan.FromSeconds(1);
        }
    }
}
