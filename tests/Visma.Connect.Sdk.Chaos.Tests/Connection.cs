namespace Visma.Connect.Sdk.Chaos;

/// <summary>A connection of the application, and its story.</summary>
internal sealed class Connection(string name, string user)
{
    private readonly List<string> _story = [];
    private int _isBeingJudged;

    public TokenKey Key { get; } = TokenKey.ForConnection("nxt", name);

    public string User => user;

    /// <summary>The user's last consent.</summary>
    public Grant? Grant { get; set; }

    /// <summary>When the library ended the connection; null while it is active.</summary>
    public TimeSpan? EndedAt { get; set; }

    /// <summary>The process that ended the connection.</summary>
    public Process? EndedBy { get; set; }

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

    /// <summary>Whether this caller is the one that judges the end of the connection.</summary>
    public bool TryBeginJudgement() => Interlocked.Exchange(ref _isBeingJudged, 1) == 0;

    public void EndJudgement() => Volatile.Write(ref _isBeingJudged, 0);

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
