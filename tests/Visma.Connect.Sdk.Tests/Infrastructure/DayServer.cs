using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// A token endpoint in memory, for very many connections with one-time refresh tokens. Each reply takes the same time of a hand-set clock.
/// </summary>
public sealed class DayServer(ManualTime time, int connections, TimeSpan replyTime)
{
    private readonly int[] _exchanges = new int[connections];
    private readonly DateTimeOffset[] _requestedAt = new DateTimeOffset[connections];
    private readonly ConcurrentDictionary<long, int> _seconds = new();
    private int _arrived;
    private int _answered;
    private int _refused;

    public int Connections => connections;

    public TimeSpan ReplyTime => replyTime;

    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>How many requests have been answered, refusals included.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>How often a refresh token was presented that is not the current one of its connection.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The largest number of requests that arrived in the same second.</summary>
    public int MostInASecond => _seconds.Values.Max();

    /// <summary>When the last token of a connection was requested; long ago if none was.</summary>
    public DateTimeOffset RequestedAt(int connection) => _requestedAt[connection];

    /// <summary>The access token that a connection got last.</summary>
    public string AccessTokenOf(int connection) => $"at-{connection}-{Volatile.Read(ref _exchanges[connection])}";

    public static string FirstTokenOf(int connection) => $"rt-{connection}-0";

    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string form = await request.Content!.ReadAsStringAsync(cancellationToken);
        string token = form.Split('&').Single(field => field.StartsWith("refresh_token=", StringComparison.Ordinal)).Split('=')[1];
        string[] parts = token.Split('-');
        int connection = int.Parse(parts[1], CultureInfo.InvariantCulture);
        DateTimeOffset now = time.GetUtcNow();
        _requestedAt[connection] = now;
        _seconds.AddOrUpdate(now.Ticks / TimeSpan.TicksPerSecond, 1, (_, count) => count + 1);
        Task reply = Task.Delay(replyTime, time, cancellationToken);
        Interlocked.Increment(ref _arrived);
        await reply;
        HttpResponseMessage response = Exchange(connection, serial: int.Parse(parts[2], CultureInfo.InvariantCulture));
        Interlocked.Increment(ref _answered);
        return response;
    }

    private HttpResponseMessage Exchange(int connection, int serial)
    {
        if (Interlocked.CompareExchange(ref _exchanges[connection], serial + 1, serial) != serial)
        {
            Interlocked.Increment(ref _refused);
            return Json(HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""");
        }

        return Json(
            HttpStatusCode.OK,
            $$"""{"access_token":"at-{{connection}}-{{serial + 1}}","token_type":"Bearer","expires_in":3600,"refresh_token":"rt-{{connection}}-{{serial + 1}}"}""");
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
