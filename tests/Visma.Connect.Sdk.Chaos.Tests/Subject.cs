namespace Visma.Connect.Sdk.Chaos;

/// <summary>A tenant or a connection: whose token the application requests, and what happened to it.</summary>
internal sealed class Subject(string name, TokenKey key, string owner)
{
    private readonly Lock _lock = new();
    private readonly List<string> _story = [];
    private readonly List<TimeSpan> _failedSince = [];
    private readonly List<(TimeSpan At, string? RefreshToken)> _sends = [];

    public TokenKey Key => key;

    /// <summary>The claim of its tokens that says whose they are: the tenant or the user.</summary>
    public string Owner => owner;

    public bool IsConnection => key.Connection is not null;

    /// <summary>The last events, for people to read.</summary>
    public string Story
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _story.TakeLast(25));
            }
        }
    }

    public void Note(TimeSpan now, string what)
    {
        lock (_lock)
        {
            _story.Add($"  {now:hh\\:mm\\:ss\\.fff} {what}");
        }
    }

    /// <summary>A request is sent. Returns how many were sent in the last minute without a token in between.</summary>
    public int Sending(TimeSpan now, string? refreshToken)
    {
        lock (_lock)
        {
            _sends.Add((now, refreshToken));
            _failedSince.RemoveAll(at => at < now - TimeSpan.FromMinutes(1));
            _failedSince.Add(now);
            return _failedSince.Count;
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            _failedSince.Clear();
        }
    }

    /// <summary>How often a refresh token was sent.</summary>
    public int SendsOf(string refreshToken)
    {
        lock (_lock)
        {
            return _sends.Count(send => send.RefreshToken == refreshToken);
        }
    }

    /// <summary>When the first request since a time was sent. Null if none was sent.</summary>
    public TimeSpan? FirstSendSince(TimeSpan time)
    {
        lock (_lock)
        {
            return _sends.Where(send => send.At >= time).Select(send => (TimeSpan?)send.At).FirstOrDefault();
        }
    }

    /// <summary>The most requests since a time with the same refresh token, or without one.</summary>
    public int MostSendsSince(TimeSpan time)
    {
        lock (_lock)
        {
            return _sends.Where(send => send.At >= time).GroupBy(send => send.RefreshToken).Select(same => same.Count()).DefaultIfEmpty().Max();
        }
    }

    public override string ToString() => name;
}
