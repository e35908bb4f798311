using System.Globalization;
using System.Net;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>What goes wrong with one request to FakeVisma.</summary>
internal sealed record ServerFault(string Name)
{
    private const string Page = "<html><body>Service unavailable</body></html>";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static readonly ServerFault None = new("none") { IsHarmless = true };

    // Mostly answers that come at once: only the pauses of the library then limit the requests.
    public static readonly ServerFault[] OfDeadTenant =
    [
        new("dead: no answer") { Prepare = server => server.AnswerNext(FakeReply.Drop), WayBack = Timeout.InfiniteTimeSpan },
        .. Enumerable.Repeat(new ServerFault("dead: 500") { Prepare = server => server.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError)) }, 10),
        .. Enumerable.Repeat(new ServerFault("dead: 502") { Prepare = server => server.AnswerNext(Html(HttpStatusCode.BadGateway)) }, 10),
    ];

    /// <summary>The time until the request arrives.</summary>
    public TimeSpan Way { get; init; }

    /// <summary>The time until the reply arrives.</summary>
    public TimeSpan WayBack { get; init; }

    /// <summary>Tells FakeVisma what to do with the request.</summary>
    public Action<FakeEndpoint> Prepare { get; init; } = _ => { };

    /// <summary>Whether no connection is opened.</summary>
    public bool IsNeverSent { get; init; }

    /// <summary>Whether the connection stays open after a reply that is cut.</summary>
    public bool Stalls { get; init; }

    /// <summary>Whether the application gets the token all the same.</summary>
    public bool IsHarmless { get; init; }

    public static ServerFault Draw(Dice dice, Subject subject, DateTimeOffset now, bool isResent) =>
        dice.OneOf($"fault {subject}", All(dice, subject, now, isResent));

    // A slow request arrives within the time that docs/renewal.md calls H, and a slow reply before the replay: at W, or for a token that is sent
    // again, H after its send. FakeVisma takes a reply that is given up for received.
    private static ServerFault[] All(Dice dice, Subject subject, DateTimeOffset now, bool isResent)
    {
        TimeSpan slow = dice.Between($"slow {subject}", Second, 9 * Second);
        TimeSpan late = dice.Between($"late {subject}", Second, (isResent ? 12 : 25) * Second);
        int seconds = (int)dice.Between($"pause {subject}", Second, 9 * Second).TotalSeconds;
        string pause = seconds.ToString(CultureInfo.InvariantCulture);
        string date = (now + (seconds * Second)).ToString("R", CultureInfo.InvariantCulture);
        return
        [
            new("slow request") { Way = slow, IsHarmless = true },
            new("slow reply") { WayBack = late, IsHarmless = true },
            new("connection refused") { IsNeverSent = true },
            new("reset before") { Prepare = server => server.AnswerNext(FakeReply.Drop) },
            new("reset after") { Prepare = server => server.LoseNextReply() },
            new("silence before") { Prepare = server => server.AnswerNext(FakeReply.Drop), WayBack = Timeout.InfiniteTimeSpan },
            new("silence after") { Prepare = server => server.LoseNextReply(), WayBack = Timeout.InfiniteTimeSpan },
            new("429") { Prepare = server => server.AnswerNext(FakeReply.Status(HttpStatusCode.TooManyRequests)) },
            new("429 Retry-After") { Prepare = server => server.AnswerNext(FakeReply.Busy(pause, HttpStatusCode.TooManyRequests)) },
            new("503 Retry-After date") { Prepare = server => server.AnswerNext(FakeReply.Busy(date)) },
            new("500") { Prepare = server => server.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError, "oops")) },
            new("502 HTML after") { Prepare = server => server.LoseNextReply(Html(HttpStatusCode.BadGateway)) },
            new("200 HTML") { Prepare = server => server.AnswerNext(Html(HttpStatusCode.OK)) },
            new("200 HTML after") { Prepare = server => server.LoseNextReply(Html(HttpStatusCode.OK)) },
            new("half reply") { Prepare = server => server.CutNextReplyAfter("access_token") },
            new("half reply, then silence") { Prepare = server => server.CutNextReplyAfter("access_token"), Stalls = true },
            new("reply cut after the refresh token") { Prepare = server => server.CutNextReplyAfter("refresh_token") },
        ];
    }

    private static FakeReply Html(HttpStatusCode status) => FakeReply.Status(status, Page, "text/html");
}
