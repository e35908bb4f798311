using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>
/// Holds back the refresh tokens of a client while its identity server gives no usable answers: each one that is sent into an outage may be
/// lost. After a pause one is sent, to try.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OutagePause(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Outage> _outages = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long no refresh token of a client is sent for the first time. Null if one may be sent now.</summary>
    public TimeSpan? Of(string client)
    {
        // One lost reply is no outage.
        if (!_outages.TryGetValue(client, out Outage? outage) || outage.InARow < 2)
        {
            return null;
        }

        TimeSpan pause = time.GetElapsedTime(time.GetTimestamp(), outage.NotBefore);
        // The one that tries holds back the others until it has an answer.
        return pause > TimeSpan.Zero ? pause : _outages.TryUpdate(client, After(outage.InARow), outage) ? null : TimeSpan.FromSeconds(1);
    }

    /// <summary>A refresh token of a client was sent, and no usable answer came.</summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="sentAt">The monotonic timestamp of the send. Of tokens that were sent at the same time, only the first one counts.</param>
    public void Begin(string client, long sentAt) =>
        _outages.AddOrUpdate(client, _ => After(1), (_, outage) => sentAt < outage.NoticedAt ? outage : After(outage.InARow + 1));

    /// <summary>The server has answered.</summary>
    public void End(string client) => _outages.TryRemove(client, out _);

    private Outage After(int inARow)
    {
        TimeSpan pause = inARow < 2 ? TimeSpan.Zero : TimeSpan.FromSeconds(5 * (1 << Math.Min(inARow - 2, 5)));
        long now = time.GetTimestamp();
        return new Outage(inARow, now, now + time.TimestampsOf(pause < Longest ? pause : Longest));
    }

    private sealed record Outage(int InARow, long NoticedAt, long NotBefore);
}
