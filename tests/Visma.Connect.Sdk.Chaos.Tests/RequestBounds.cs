using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>How many token requests docs/resilience.md and docs/renewal.md allow, checked at each send.</summary>
internal sealed class RequestBounds(ConcurrentQueue<string> violations)
{
    /// <summary>One attempt, and two repeats.</summary>
    public const int SendsOfServiceToken = 3;

    /// <summary>A refresh token is sent once more if the first outcome is unknown.</summary>
    public const int SendsOfRefreshToken = 3;

    // A token fails 8 times a minute at most, each time with its repeats.
    private const int FailingSendsInMinute = 8 * SendsOfServiceToken;

    private readonly ConcurrentDictionary<string, TimeSpan> _pausedUntil = new();

    public void RequireAllowed(Subject subject, string? refreshToken, TimeSpan now)
    {
        bool isResent = refreshToken is not null && subject.SendsOf(refreshToken) > 0;
        RequireOver(subject, isResent ? refreshToken! : subject.Key.Client, now);
        if (subject.Sending(now, refreshToken) > FailingSendsInMinute)
        {
            violations.Enqueue($"{subject} sent more than {FailingSendsInMinute} requests in a minute that failed:\n{subject.Story}");
        }
    }

    /// <summary>The server has asked for a pause: of the client, and of a refresh token that was sent.</summary>
    public void Pause(Subject subject, string? refreshToken, TimeSpan until)
    {
        foreach (string held in refreshToken is null ? [subject.Key.Client] : new[] { subject.Key.Client, refreshToken })
        {
            _pausedUntil.AddOrUpdate(held, until, (_, before) => until > before ? until : before);
        }
    }

    /// <summary>A call has ended that waited for at most one renewal.</summary>
    public void RequireFewSends(Subject subject, TimeSpan begun)
    {
        int most = subject.MostSendsSince(begun);
        if (most > (subject.IsConnection ? SendsOfRefreshToken : SendsOfServiceToken))
        {
            violations.Enqueue($"{subject} sent {most} requests during one call that began at {begun}:\n{subject.Story}");
        }
    }

    private void RequireOver(Subject subject, string held, TimeSpan now)
    {
        if (_pausedUntil.TryGetValue(held, out TimeSpan until) && now < until)
        {
            violations.Enqueue($"{subject} sent a request at {now}, although the server wants none until {until}:\n{subject.Story}");
        }
    }
}
