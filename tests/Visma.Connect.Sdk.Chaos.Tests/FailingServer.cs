using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Visma.Connect.Sdk.Testing;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// The way to FakeVisma and back. A seeded part of the requests fails: FakeVisma answers otherwise, or loses or cuts its reply, or the way
/// takes long in virtual time. One request at a time is on a socket, so a fault belongs to its request.
/// </summary>
internal sealed partial class FailingServer(FakeVisma visma, World world, TimeProvider time, Dice dice, RequestBounds bounds, Func<string, Subject> tenantOf)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private const double FaultRate = 0.3;

    private readonly SemaphoreSlim _socket = new(1);
    private readonly ConcurrentDictionary<string, Subject> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, int> _faults = new();
    private int _sent;
    private int _tokens;

    /// <summary>The connection that a user connects now. No fault is injected meanwhile.</summary>
    public Subject? Connecting { get; set; }

    /// <summary>Whether no faults are injected.</summary>
    public bool IsPeaceful { get; set; }

    /// <summary>The tenant whose requests all fail; null if there is none.</summary>
    public Subject? Dead { get; init; }

    public IEnumerable<KeyValuePair<string, int>> Faults => _faults.OrderBy(fault => fault.Key, StringComparer.Ordinal);

    public int Sent => _sent;

    public int Tokens => _tokens;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string form = await request.Content!.ReadAsStringAsync(CancellationToken.None);
        string? refreshToken = ValueOf(form, "refresh_token");
        Subject? subject = Connecting ?? (refreshToken is null ? tenantOf(ValueOf(form, "tenant_id")!) : _refreshTokens[refreshToken]);
        if (Connecting is not null)
        {
            return await ReachAsync(request, ServerFault.None, subject, cancellationToken);
        }

        bounds.RequireAllowed(subject, refreshToken, world.Now);
        ServerFault fault = Draw(subject, refreshToken);
        subject.Note(world.Now, $"sends {refreshToken?[..6] ?? "client credentials"}: {fault.Name}");
        await Task.Delay(fault.Way, time, cancellationToken);
        HttpResponseMessage reply = await ReachAsync(request, fault, subject, cancellationToken);
        if (reply.Headers.RetryAfter is { } pause)
        {
            TimeSpan wait = pause.Delta ?? pause.Date!.Value - time.GetUtcNow();
            bounds.Pause(subject, refreshToken, world.Now + wait);
        }

        subject.Note(world.Now, $"reply {(int)reply.StatusCode} {reply.Headers.RetryAfter}");
        return reply;
    }

    private ServerFault Draw(Subject subject, string? refreshToken)
    {
        bool isDead = subject == Dead;
        if (IsPeaceful ? !isDead : !isDead && !IsCounted(subject, refreshToken))
        {
            return ServerFault.None;
        }

        ServerFault fault = isDead
            ? dice.OneOf($"dead {subject}", ServerFault.OfDeadTenant)
            : ServerFault.Draw(dice, subject, time.GetUtcNow(), isResent: refreshToken is not null && subject.SendsOf(refreshToken) > 1);
        if (!isDead)
        {
            _faults.AddOrUpdate(fault.Name, 1, (_, before) => before + 1);
        }

        return fault;
    }

    private bool IsCounted(Subject subject, string? refreshToken)
    {
        Interlocked.Increment(ref _sent);
        // The server serves the third request, because no client can keep a connection whose requests fail for a whole grace period.
        return (refreshToken is null || subject.SendsOf(refreshToken) < 3) && dice.Happens($"request {subject}", FaultRate);
    }

    private async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage request, ServerFault fault, Subject subject, CancellationToken cancellationToken)
    {
        if (fault.IsNeverSent)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused.");
        }

        (HttpResponseMessage? reply, byte[] body, bool isCut) = await world.DuringAsync(() => ExchangeAsync(request, fault));
        if (RefreshTokenIn(body) is { } obtained)
        {
            _refreshTokens[obtained] = subject;
        }

        if (reply is { IsSuccessStatusCode: true } && !isCut && fault.IsHarmless)
        {
            subject.Succeeded();
            Interlocked.Increment(ref _tokens);
        }

        await Task.Delay(fault.WayBack, time, cancellationToken);
        if (reply is null)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was closed.", new IOException());
        }

        if (isCut)
        {
            StreamContent part = new(new PartialBody(body, breaks: !fault.Stalls, cancellationToken));
            foreach ((string name, IEnumerable<string> values) in reply.Content.Headers)
            {
                part.Headers.TryAddWithoutValidation(name, values);
            }

            reply.Content = part;
        }

        return reply;
    }

    // Null if the connection was closed before a reply.
    private async Task<(HttpResponseMessage? Reply, byte[] Body, bool IsCut)> ExchangeAsync(HttpRequestMessage request, ServerFault fault)
    {
        await _socket.WaitAsync();
        try
        {
            fault.Prepare(visma.TokenEndpoint);
            HttpResponseMessage reply = await base.SendAsync(request, CancellationToken.None);
            Stream stream = await reply.Content.ReadAsStreamAsync(CancellationToken.None);
            using MemoryStream body = new();
            try
            {
                await stream.CopyToAsync(body, CancellationToken.None);
            }
            catch (IOException)
            {
                return (reply, body.ToArray(), true);
            }

            ByteArrayContent whole = new(body.ToArray());
            foreach ((string name, IEnumerable<string> values) in reply.Content.Headers)
            {
                whole.Headers.TryAddWithoutValidation(name, values);
            }

            reply.Content = whole;
            return (reply, body.ToArray(), false);
        }
        catch (HttpRequestException)
        {
            return (null, [], false);
        }
        finally
        {
            _socket.Release();
        }
    }

    private static string? ValueOf(string form, string field) =>
        form.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == field).Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();

    private static string? RefreshTokenIn(byte[] body) =>
        RefreshToken().Match(System.Text.Encoding.UTF8.GetString(body)) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("\"refresh_token\":\"([^\"]+)\"")]
    private static partial Regex RefreshToken();
}
