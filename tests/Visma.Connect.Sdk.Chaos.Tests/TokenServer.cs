using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// The rules of the token endpoint: one-time refresh tokens, a grace period, and replay detection that revokes all consents of the user. It is
/// the reference of what is true.
/// </summary>
internal sealed class TokenServer(World world, Journal journal, Judge judge, Mode mode, bool replaysAreSame)
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, RefreshToken> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, Grant> _accessTokens = new();
    private readonly List<Grant> _grants = [];
    private int _issued;

    public RefreshToken? Find(string? value) => value is not null && _refreshTokens.TryGetValue(value, out RefreshToken? token) ? token : null;

    public Grant? GrantOf(string accessToken) => _accessTokens.GetValueOrDefault(accessToken);

    /// <summary>A user consents. Returns the reply of the token endpoint.</summary>
    public string Consent(Connection connection)
    {
        lock (_lock)
        {
            Grant grant = new(connection, _grants.Count + 1, world.Now);
            _grants.Add(grant);
            connection.Grant = grant;
            connection.EndedAt = null;
            connection.Note(world.Now, $"the user consents: {grant}");
            return ReplyWith(Issue(grant));
        }
    }

    /// <summary>A refresh token arrives. Returns the reply; null if it is refused.</summary>
    public string? Exchange(RefreshToken token, Send send)
    {
        lock (_lock)
        {
            TimeSpan now = world.Now;
            RequireNoNeedlessReplay(token, send);
            if (token.Grant.RevokedFor is null && (token.ExchangedAt is null || now - token.ExchangedAt < mode.Grace))
            {
                bool isFirst = token.ExchangedAt is null;
                token.ExchangedAt ??= now;
                RefreshToken obtained = isFirst || !replaysAreSame ? Issue(token.Grant) : token.Successors[0];
                token.Successors.Add(obtained);
                send.Obtained = obtained;
                token.Grant.Connection.Note(now, $"server: {token} of {send.By} exchanged for {obtained}{(isFirst ? "" : " again")}");
                return ReplyWith(obtained);
            }

            token.Grant.Connection.Note(now, $"server: {token} of {send.By} refused");
            if (token.Grant.RevokedFor is null)
            {
                Revoke(token);
            }

            return null;
        }
    }

    // Without a grace period, a token is presented again only if the user has no other connection. No token is presented while another process
    // that is alive has its successor, or listens to its own request.
    private void RequireNoNeedlessReplay(RefreshToken token, Send send)
    {
        Send[] earlier = [.. token.Sends.TakeWhile(other => other != send).Where(other => !other.IsKnownUnspent)];
        string? fault = mode.Grace is null && earlier.Length > 0 && HasSiblings(token.Grant.Connection) ? "although the user has other connections"
            : Array.Exists(earlier, other => other.OverAt is null && IsAtWork(other.By, token)) ? "while another request is open"
            : Array.Exists(earlier, other => other.ReadAt is not null && IsAtWork(other.By, token)) ? "although its successor is known"
            : null;
        if (earlier.Length > 0)
        {
            journal.Count("token presented again");
        }

        if (fault is not null)
        {
            journal.Violations.Enqueue($"{send.By} presented {token} again, {fault}:\n{token.Grant.Connection.Story}");
        }
    }

    private bool IsAtWork(Process process, RefreshToken token) =>
        !process.IsDead && !process.IsFrozen && !token.Markings.Exists(marking =>
            marking.By == process && (journal.WasSilent(marking) || journal.WasCutOff(marking, token.Grant.Connection)));

    // Other connections of the user that work, and were there when the library looked.
    private bool HasSiblings(Connection connection) => _grants.Exists(grant => grant.Connection != connection
        && grant.Connection.User == connection.User
        && grant == grant.Connection.Grant
        && grant.Connection.EndedAt is null
        && grant.At < world.Now - mode.Processing);

    private void Revoke(RefreshToken spent)
    {
        journal.Count("replay detected by the server");
        if (HasSiblings(spent.Grant.Connection) && judge.ExcuseForDetection(spent, world.Now) is null)
        {
            journal.Violations.Enqueue($"A replay of {spent} has revoked all consents of {spent.Grant.Connection.User}:\n{spent.Grant.Connection.Story}");
        }

        foreach (Grant grant in _grants.Where(grant => grant.Connection.User == spent.Grant.Connection.User && grant.RevokedFor is null))
        {
            grant.RevokedFor = spent;
            grant.RevokedAt = world.Now;
            grant.Connection.Note(world.Now, $"server: {grant} is revoked, because {spent} was used again");
        }
    }

    private RefreshToken Issue(Grant grant)
    {
        RefreshToken token = new(grant, $"R{++_issued}");
        _refreshTokens[token.Value] = token;
        return token;
    }

    private string ReplyWith(RefreshToken refreshToken)
    {
        string claims = JsonSerializer.Serialize(new { sub = refreshToken.Grant.Connection.User, jti = ++_issued });
        string accessToken = $"{Encoded("{\"alg\":\"none\"}")}.{Encoded(claims)}.x";
        _accessTokens[accessToken] = refreshToken.Grant;
        return JsonSerializer.Serialize(new
        {
            access_token = accessToken,
            token_type = "Bearer",
            expires_in = (int)TokenLifetime.TotalSeconds,
            refresh_token = refreshToken.Value,
        });
    }

    private static string Encoded(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
