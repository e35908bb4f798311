using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>
/// Holds back the token requests of a client at its token endpoint after an answer that concerns all of them: the server asked for a pause
/// (<c>Retry-After</c>), or refused the client (<c>invalid_client</c>). After the pause one request is sent, to try, and one more each second
/// until there is an answer.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClientPauses(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Pause> _pauses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets a request of a client pass, unless it is held back.</summary>
    /// <exception cref="VismaConnectException">Nothing may be sent now. It has the last failure, and for how long.</exception>
    public void Require(ConfiguredClient client)
    {
        if (PauseOf(client) is not { } pause)
        {
            return;
        }

        long now = time.GetTimestamp();
        TimeSpan wait = time.GetElapsedTime(now, pause.NotBefore);
        if (wait <= TimeSpan.Zero && _pauses.TryUpdate(client.Name, pause with { NotBefore = now + time.TimestampsOf(BetweenTrials) }, pause))
        {
            return;
        }

        throw HeldBack(client, pause, wait > TimeSpan.Zero ? wait : BetweenTrials);
    }

    /// <summary>Requires that a request of a client would not be held back now. None is sent yet, so none becomes the trial after the pause.</summary>
    /// <exception cref="VismaConnectException">Nothing may be sent now. It has the last failure, and for how long.</exception>
    public void RequireNone(ConfiguredClient client)
    {
        if (PauseOf(client) is not { } pause)
        {
            return;
        }

        TimeSpan wait = time.GetElapsedTime(time.GetTimestamp(), pause.NotBefore);
        if (wait > TimeSpan.Zero)
        {
            throw HeldBack(client, pause, wait);
        }
    }

    /// <summary>A request of a client has ended.</summary>
    /// <param name="client">The client.</param>
    /// <param name="sentAt">The monotonic timestamp of the send.</param>
    /// <param name="failure">How it failed. Null if it did not.</param>
    public void Note(ConfiguredClient client, long sentAt, VismaConnectException? failure)
    {
        if (failure is not null && (failure.WasHeldBack || failure.StatusCode is null))
        {
            return;
        }

        Pause? pause = PauseOf(client);
        // Of requests that were under way at the same time, only the first answer of its kind counts.
        bool isLate = pause is not null && sentAt <= pause.NoticedAt;
        int inARow = isLate ? pause!.InARow : (pause?.InARow ?? 0) + 1;
        if (failure is null || PauseAfter(failure, inARow) is not { } wait)
        {
            // After a failure that may pass, one request a second goes on trying. A refresh token that was sent before passes during the pause, and the
            // answer to it does not end what the server asked for.
            if (pause is not null && sentAt >= pause.Until && failure is not { IsTransient: true })
            {
                // Only this pause: another request may have begun a new one.
                ((ICollection<KeyValuePair<string, Pause>>)_pauses).Remove(new(client.Name, pause));
            }

            return;
        }

        if (!isLate)
        {
            Log.ClientHeldBack(logger, client.Name, wait, failure.Message);
        }

        long now = time.GetTimestamp();
        long until = Math.Max(pause?.Until ?? long.MinValue, now + time.TimestampsOf(wait));
        _pauses[client.Name] = isLate
            ? pause! with { Until = until, NotBefore = Math.Max(pause.NotBefore, until) }
            : new Pause(client.Authority.TokenEndpoint, failure, inARow, now, until, NotBefore: until);
    }

    /// <summary>Ends the pauses of clients whose settings have changed.</summary>
    public void Forget(ISet<string> clients)
    {
        foreach (string client in clients)
        {
            _pauses.TryRemove(client, out _);
        }
    }

    private Pause? PauseOf(ConfiguredClient client) =>
        _pauses.TryGetValue(client.Name, out Pause? pause) && pause.Endpoint == client.Authority.TokenEndpoint ? pause : null;

    private static VismaConnectException HeldBack(ConfiguredClient client, Pause pause, TimeSpan wait) =>
        pause.Failure.ForHeldBack($"Token requests of client '{client.Name}' to {pause.Endpoint.Host} are held back", wait);

    // Null if the answer says nothing about other requests of the client.
    private static TimeSpan? PauseAfter(VismaConnectException failure, int inARow) => (failure.Error, failure.StatusCode) switch
    {
        (_, (HttpStatusCode)429 or HttpStatusCode.ServiceUnavailable) when failure.RetryAfter > TimeSpan.Zero => failure.RetryAfter,
        // Longer than the pause of one key, which is zero after the first failure: the other keys have not failed yet.
        ("invalid_client", _) => RenewalSchedule.BackOff(inARow + 1, failure.RetryAfter),
        _ => null,
    };

    // Until is when the pause ends, and NotBefore when the next request may be sent: the next trial is later.
    private sealed record Pause(Uri Endpoint, VismaConnectException Failure, int InARow, long NoticedAt, long Until, long NotBefore);
}
