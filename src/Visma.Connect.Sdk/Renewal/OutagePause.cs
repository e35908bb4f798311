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
        if (!_outages.TryGetValue(client, out Outage? outage))
        {
            return null;
        }

        TimeSpan pause = time.GetElapsedTime(time.GetTimestamp(), outage.NotBefore);
        // The one that tries holds back the others until it has an answer.
        return pause > TimeSpan.Zero ? pause : _outages.TryUpdate(client, After(outage.InARow), outage) ? null : TimeSpan.FromSeconds(1);
    }

    /// <summary>A refresh token of a client was sent, and no usable answer came.</summary>
    public void Begin(string client) => _outages.AddOrUpdate(client, _ => After(1), (_, outage) => After(outage.InARow + 1));

    /// <summary>The server has answered.</summary>
    public void End(string client) => _outages.TryRemove(client, out _);

    private Outage After(int inARow)
    {
        // One lost reply is no outage.
        TimeSpan pause = inARow < 2 ? TimeSpan.Zero : TimeSpan.FromSeconds(5 * (1 << Math.Min(inARow - 2, 5)));
        return new Outage(inARow, time.GetTimestamp() + time.TimestampsOf(pause < Longest ? pause : Longest));
    }

    private sealed record Outage(int InARow, long NotBefore);
}
