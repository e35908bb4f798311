using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>What a process has below its HttpClient: the way to the token endpoint and back, with its faults.</summary>
internal sealed class Network(
    World world,
    Journal journal,
    Dice dice,
    TokenServer server,
    Mode mode,
    Process process,
    Func<bool> serverIsDown) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Dictionary<string, string> form = (await request.Content!.ReadAsStringAsync(CancellationToken.None)).Split('&')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        TaskCompletionSource<HttpResponseMessage> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RefreshToken token = server.Find(form["refresh_token"])!;
        Send send = new(process, world.Now);
        lock (token)
        {
            token.Sends.Add(send);
        }

        Connection connection = token.Grant.Connection;
        connection.Note(world.Now, $"{process}: sends {token}");
        // A caller that hangs up leaves its request to the server.
        using CancellationTokenRegistration hungUp = cancellationToken.Register(() => HangUp(answer, send, connection));
        string fault = journal.IsPeaceful ? "" : FaultOf(connection);
        if (fault.Length > 0)
        {
            send.Fault = fault;
            journal.Add(fault, connection, process);
        }

        Travel(token, send, fault, answer, cancellationToken);
        return await answer.Task;
    }

    private string FaultOf(Connection connection)
    {
        if (serverIsDown())
        {
            return dice.OneOf($"down {connection}", [Faults.RequestLost, Faults.RequestSilent, Faults.Error, Faults.Refused]);
        }

        return dice.Happens($"request {connection}", 0.08)
            ? dice.OneOf($"fault {connection}", Faults.OfRequests)
            : "";
    }

    // Never so slow that the server processes the request later than the library assumes.
    private void Travel(RefreshToken token, Send send, string fault, TaskCompletionSource<HttpResponseMessage> answer, CancellationToken cancellationToken)
    {
        string connection = token.Grant.Connection.ToString();
        TimeSpan way = fault == Faults.SlowRequest
            ? dice.Between($"way {connection}", mode.Request * 0.3, mode.Processing * 0.9)
            : dice.Between($"way {connection}", TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(200));
        TimeSpan soon = dice.Between($"back {connection}", TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(400));
        void Answer(Func<HttpResponseMessage> reply, TimeSpan after, bool tellsUnspent = false, bool holdsToken = false) =>
            world.In(after, () => process.Deliver(() => Arrive(token, send, answer, reply, tellsUnspent, holdsToken)));
        void Break(TimeSpan after, HttpRequestError error, bool tellsUnspent = false) =>
            world.In(after, () => process.Deliver(() =>
            {
                if (answer.TrySetException(new HttpRequestException(error, "The connection was closed.", new IOException())))
                {
                    send.OverAt = world.Now;
                    send.IsKnownUnspent = tellsUnspent;
                }
            }));

        switch (fault)
        {
            case Faults.NoConnection:
                Break(soon, HttpRequestError.ConnectionError, tellsUnspent: true);
                return;
            case Faults.RequestLost:
                Break(soon, HttpRequestError.ResponseEnded);
                return;
            case Faults.RequestSilent:
                return;
            case Faults.Error:
                Answer(() => Reply(HttpStatusCode.InternalServerError, "oops"), way + soon);
                return;
            case Faults.TooMany:
                Answer(() => Reply(HttpStatusCode.TooManyRequests, "{}", RetryAfter(connection)), way + soon, tellsUnspent: true);
                return;
            case Faults.Refused:
                Answer(() => Reply(HttpStatusCode.ServiceUnavailable, "", RetryAfter(connection)), way + soon, tellsUnspent: true);
                return;
        }

        world.In(way, () =>
        {
            if (server.Exchange(token, send) is not { } body)
            {
                Answer(() => Reply(HttpStatusCode.BadRequest, "{\"error\":\"invalid_grant\"}"), soon);
                return;
            }

            byte[] bytes = Encoding.UTF8.GetBytes(body);
            int beforeToken = body.IndexOf("refresh_token", StringComparison.Ordinal);
            switch (fault)
            {
                case Faults.ReplyLost:
                    Break(soon, HttpRequestError.ResponseEnded);
                    break;
                case Faults.ReplySilent:
                    break;
                case Faults.ErrorAfterExchange:
                    Answer(() => Reply(HttpStatusCode.BadGateway, "oops"), soon);
                    break;
                case Faults.ReplyCut:
                    Answer(() => Streamed(new PartialBody(bytes[..beforeToken], breaks: true, cancellationToken)), soon);
                    break;
                case Faults.StallBeforeToken:
                    Answer(() => Streamed(new PartialBody(bytes[..beforeToken], breaks: false, cancellationToken)), soon);
                    break;
                case Faults.StallAfterToken:
                    Answer(() => Streamed(new PartialBody(bytes[..^1], breaks: false, cancellationToken)), soon, holdsToken: true);
                    break;
                case Faults.NoEnd:
                    Answer(() => Streamed(new PartialBody(bytes, breaks: false, cancellationToken)), soon, holdsToken: true);
                    break;
                default:
                    TimeSpan late = fault == Faults.LateReply ? dice.Between($"late {connection}", mode.Request * 0.5, mode.Request * 5) : TimeSpan.Zero;
                    send.Delay = world.Now + soon + late - send.At;
                    Answer(() => Reply(HttpStatusCode.OK, body), soon + late, holdsToken: true);
                    break;
            }
        });
    }

    private void Arrive(
        RefreshToken token, Send send, TaskCompletionSource<HttpResponseMessage> answer, Func<HttpResponseMessage> reply, bool tellsUnspent, bool holdsToken)
    {
        HttpResponseMessage response = reply();
        if (!answer.TrySetResult(response))
        {
            response.Dispose();
            token.Grant.Connection.Note(world.Now, $"{process}: the reply to {token} comes too late");
            return;
        }

        send.OverAt = world.Now;
        send.IsKnownUnspent = tellsUnspent;
        send.ReadAt = holdsToken ? world.Now : null;
        token.Grant.Connection.Note(world.Now, $"{process}: reply {(int)response.StatusCode} to {token}{(holdsToken ? $" with {send.Obtained}" : "")}");
    }

    private void HangUp(TaskCompletionSource<HttpResponseMessage> answer, Send send, Connection connection)
    {
        if (answer.TrySetCanceled())
        {
            send.OverAt = world.Now;
            connection.Note(world.Now, $"{process}: hangs up");
        }
    }

    private int? RetryAfter(string connection) => (int)dice.Between($"retry {connection}", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)).TotalSeconds;

    private static HttpResponseMessage Streamed(Stream body) => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    private static HttpResponseMessage Reply(HttpStatusCode status, string body, int? retryAfter = null)
    {
        HttpResponseMessage reply = new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (retryAfter is { } seconds)
        {
            reply.Headers.Add("Retry-After", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return reply;
    }
}
