namespace Visma.Connect.Sdk.Chaos;

/// <summary>A connection of the application, and its story.</summary>
internal sealed class Connection(string name, string user)
{
    private readonly List<string> _story = [];

    public TokenKey Key { get; } = TokenKey.ForConnection("nxt", name);

    public string User => user;

    /// <summary>The user's last consent.</summary>
    public Grant? Grant { get; set; }

    /// <summary>When the library ended the connection; null while it is active.</summary>
    public TimeSpan? EndedAt { get; set; }

    public int IsBeingJudged;

    /// <summary>The last events, for people to read.</summary>
    public string Story
    {
        get
        {
            lock (_story)
            {
                return string.Join('\n', _story.TakeLast(30));
            }
        }
    }

    public void Note(TimeSpan now, string what)
    {
        lock (_story)
        {
            _story.Add($"  {now:d\\.hh\\:mm\\:ss\\.fff} {what}");
            if (_story.Count > 1_000)
            {
                _story.RemoveRange(0, 900);
            }
        }
    }

    public override string ToString() => Key.Connection!;
}

/// <summary>A consent of a user.</summary>
internal sealed class Grant(Connection connection, int number, TimeSpan at)
{
    public Connection Connection => connection;

    public TimeSpan At => at;

    /// <summary>The token whose second use made the server revoke this grant; null if it is not revoked.</summary>
    public RefreshToken? RevokedFor { get; set; }

    public TimeSpan? RevokedAt { get; set; }

    public override string ToString() => $"{connection}/{number}";
}

/// <summary>A refresh token, with everything that happened to it.</summary>
internal sealed class RefreshToken(Grant grant, string value)
{
    public Grant Grant => grant;

    public string Value => value;

    public List<Send> Sends { get; } = [];

    /// <summary>The marks that were saved on this token.</summary>
    public List<Marking> Markings { get; } = [];

    public TimeSpan? ExchangedAt { get; set; }

    /// <summary>The tokens that it was exchanged for.</summary>
    public List<RefreshToken> Successors { get; } = [];

    /// <summary>When an entry with this token was saved.</summary>
    public TimeSpan? SavedAt { get; set; }

    public override string ToString() => value;
}

/// <summary>A mark that a process saved.</summary>
internal sealed class Marking(Process by, string id, TimeSpan at)
{
    public Process By => by;

    public string Id => id;

    public TimeSpan At => at;

    /// <summary>When others may take over, if the owner is silent.</summary>
    public TimeSpan LapsesAt { get; set; }

    /// <summary>When the entry had no longer this mark.</summary>
    public TimeSpan? RemovedAt { get; set; }
}

/// <summary>One presentation of a refresh token.</summary>
internal sealed class Send(Process by, TimeSpan at)
{
    public Process By => by;

    public TimeSpan At => at;

    /// <summary>The tokens that the server exchanged it for; null if it did not.</summary>
    public RefreshToken? Obtained { get; set; }

    /// <summary>Whether the process got an answer from which it follows that the token was not exchanged.</summary>
    public bool IsKnownUnspent { get; set; }

    /// <summary>When the process got the new refresh token; null if it did not.</summary>
    public TimeSpan? ReadAt { get; set; }

    /// <summary>When the process stopped to listen.</summary>
    public TimeSpan? OverAt { get; set; }

    /// <summary>The fault that was injected; null if there was none.</summary>
    public string? Fault { get; set; }

    /// <summary>How long the reply takes, as far as the network is concerned; null if it does not come.</summary>
    public TimeSpan? Delay { get; set; }
}
