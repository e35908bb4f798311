using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>One consent of a user, with all refresh tokens that were issued for it.</summary>
/// <remarks>Thread-safe. The rules for its refresh tokens are the client's rules at the time of the consent.</remarks>
internal sealed class FakeGrant(
    FakeAuthorizationRequest request,
    FakeUser user,
    FakeCompany? company,
    FakeRefreshTokens refreshTokens,
    DateTimeOffset authenticatedAt)
{
    private readonly Lock _lock = new();
    private readonly List<FakeRefreshToken> _tokens = [];
    private volatile bool _isRevoked;

    public FakeClient Client => request.Client;

    public FakeUser User => user;

    public FakeCompany? Company => company;

    public IReadOnlyList<string> Scopes => request.Scopes;

    public FakeRefreshTokens RefreshTokens => refreshTokens;

    public DateTimeOffset AuthenticatedAt => authenticatedAt;

    public string SessionId { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public bool IsRevoked => _isRevoked;

    public void Revoke() => _isRevoked = true;

    /// <summary>Issues the first refresh token. Null when the consent does not include <c>offline_access</c>.</summary>
    public FakeRefreshToken? Begin()
    {
        lock (_lock)
        {
            return Scopes.Contains("offline_access", StringComparer.Ordinal) ? Issue() : null;
        }
    }

    /// <summary>Whether a refresh token is unspent, or re-usable, and not revoked. The question is not a use.</summary>
    public bool HasActive(FakeRefreshToken token)
    {
        lock (_lock)
        {
            return !_isRevoked && (!refreshTokens.IsOneTime || token.IsFresh);
        }
    }

    /// <summary>Exchanges a refresh token. Null when it is refused.</summary>
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
                if (token.Predecessor is { } kept)
                {
                    kept.IsSuccessorUsed = true;
                }

                return token.Successor = Issue(token);
            }

            if (!token.IsInvalidated
                && (now < token.ExchangedAt + refreshTokens.Grace || (refreshTokens.IsKeptUntilSuccessorIsUsed && !token.IsSuccessorUsed)))
            {
                return Replay(token);
            }

            _isRevoked = refreshTokens.ReplayDetection != FakeReplayDetection.None;
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
            // The presented token can be replayed again until its grace period ends.
            _tokens.Where(other => other != token).ToList().ForEach(other => other.IsInvalidated = true);
        }

        return Issue(token);
    }

    private FakeRefreshToken Issue(FakeRefreshToken? predecessor = null)
    {
        FakeRefreshToken token = new(this, _tokens.Count + 1) { Predecessor = predecessor };
        _tokens.Add(token);
        return token;
    }
}
