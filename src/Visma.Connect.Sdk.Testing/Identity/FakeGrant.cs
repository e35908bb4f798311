using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>What a user consented to once, with every refresh token that came of it.</summary>
/// <remarks>Thread-safe. The rules of its refresh tokens are those of the time of the consent.</remarks>
internal sealed class FakeGrant(
    string authority,
    FakeClient client,
    FakeUser user,
    FakeCompany? company,
    IReadOnlyList<string> scopes,
    FakeRefreshTokens refreshTokens,
    DateTimeOffset authenticatedAt)
{
    private readonly Lock _lock = new();
    private readonly List<FakeRefreshToken> _tokens = [];
    private volatile bool _isRevoked;

    public string Authority => authority;

    public FakeClient Client => client;

    public FakeUser User => user;

    public FakeCompany? Company => company;

    public IReadOnlyList<string> Scopes => scopes;

    public FakeRefreshTokens RefreshTokens => refreshTokens;

    public DateTimeOffset AuthenticatedAt => authenticatedAt;

    public string SessionId { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public bool IsRevoked => _isRevoked;

    public void Revoke() => _isRevoked = true;

    /// <summary>The first refresh token; null when the consent was not for offline access.</summary>
    public FakeRefreshToken? Begin()
    {
        lock (_lock)
        {
            return scopes.Contains("offline_access", StringComparer.Ordinal) ? Issue() : null;
        }
    }

    /// <summary>Exchanges a refresh token; null when it is refused.</summary>
    public FakeRefreshToken? Exchange(FakeRefreshToken token, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_isRevoked)
            {
                return null;
            }

            if (!refreshTokens.IsOneTime)
            {
                return token;
            }

            if (token.IsFresh)
            {
                token.ExchangedAt = now;
                return token.Successor = Issue();
            }

            if (!token.IsKilled && now < token.ExchangedAt + refreshTokens.Grace)
            {
                return Replay(token);
            }

            _isRevoked = refreshTokens.RevokesGrantOnReuse;
            return null;
        }
    }

    private FakeRefreshToken Replay(FakeRefreshToken token)
    {
        if (refreshTokens.Replay == FakeReplay.Same)
        {
            return token.Successor!;
        }

        if (refreshTokens.Replay == FakeReplay.Newest)
        {
            // The token itself can be replayed again for as long as its grace lasts.
            _tokens.Where(other => other != token).ToList().ForEach(other => other.IsKilled = true);
        }

        return Issue();
    }

    private FakeRefreshToken Issue()
    {
        FakeRefreshToken token = new(this, _tokens.Count + 1);
        _tokens.Add(token);
        return token;
    }
}
