using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>What this process remembers about connections, in addition to the token cache. Holds secrets.</summary>
/// <remarks>
/// Thread-safe. Unsaved tokens and open doubts stay until they are settled. The rest is of the 100,000 connections that were used last: it is a
/// precaution against a cache that loses writes, or saves a wait.
/// </remarks>
internal sealed class ConnectionMemory
{
    private const int Connections = 100_000;

    private readonly RecentByKey<NewestTokens> _newest = new(Connections);
    private readonly RecentByKey<GivenUpMark> _givenUp = new(Connections);
    private readonly RecentByKey<Sight> _sights = new(Connections);
    private readonly ConcurrentDictionary<TokenKey, ObtainedTokens> _unsaved = new();
    private readonly ConcurrentDictionary<TokenKey, DoubtfulSend> _doubts = new();

    /// <summary>The newest tokens that were read from the cache or saved in it, in case it loses a write.</summary>
    public NewestTokens? NewestOf(TokenKey key) => _newest.Find(key);

    /// <summary>Remembers the newest tokens. A doubt about older tokens, or about those of another consent, is settled.</summary>
    public void Keep(TokenKey key, NewestTokens tokens)
    {
        _newest.Keep(key, tokens);
        if (_doubts.TryGetValue(key, out DoubtfulSend? doubt) && !(doubt.GrantId == tokens.GrantId && doubt.Tokens >= tokens.Attempt))
        {
            ((ICollection<KeyValuePair<TokenKey, DoubtfulSend>>)_doubts).Remove(new(key, doubt));
        }
    }

    /// <summary>Tokens that could not be saved yet. The key is not renewed until they are.</summary>
    public ObtainedTokens? UnsavedOf(TokenKey key) => _unsaved.TryGetValue(key, out ObtainedTokens? tokens) ? tokens : null;

    public void KeepUnsaved(TokenKey key, ObtainedTokens tokens)
    {
        // Tokens of a consent that was replaced in the meantime are not served, although saving them is still tried.
        if (NewestOf(key) is not { } newest || newest.GrantId == tokens.GrantId)
        {
            _unsaved[key] = tokens;
        }
    }

    /// <summary>Removes these unsaved tokens, but not others that replaced them.</summary>
    public void Settle(TokenKey key, ObtainedTokens tokens) =>
        ((ICollection<KeyValuePair<TokenKey, ObtainedTokens>>)_unsaved).Remove(new KeyValuePair<TokenKey, ObtainedTokens>(key, tokens));

    /// <summary>What this process remembers of a doubtful send of an entry's refresh token; null if there was none.</summary>
    /// <remarks>
    /// It does not depend on the stored mark, which the cache may lose. The tokens of the entry were given to <see cref="Keep"/> when it was read.
    /// </remarks>
    public DoubtfulSend? DoubtOf(TokenKey key, TokenEntry entry) =>
        _doubts.TryGetValue(key, out DoubtfulSend? doubt) && doubt.HasTakenPlace(entry) ? doubt : null;

    /// <summary>A doubtful send that no newer tokens of its connection have settled; null if there is none.</summary>
    public DoubtfulSend? OpenDoubtOf(TokenKey key) => _doubts.TryGetValue(key, out DoubtfulSend? doubt) ? doubt : null;

    public void KeepDoubt(TokenKey key, DoubtfulSend doubt) => _doubts[key] = doubt;

    /// <summary>Remembers that an attempt of this process is over although its mark is still stored.</summary>
    public void GiveUp(TokenKey key, GivenUpMark mark) => _givenUp.Keep(key, mark);

    /// <summary>Returns what is remembered about a mark that this process gave up; null for any other mark.</summary>
    public GivenUpMark? GivenUp(TokenKey key, string markId) => _givenUp.Find(key) is { } given && given.MarkId == markId ? given : null;

    /// <summary>The monotonic timestamp at which this process first saw a mark: <paramref name="now"/> for a new one.</summary>
    public long FirstSightOf(TokenKey key, string markId, long now)
    {
        if (_sights.Find(key) is { } first && first.MarkId == markId)
        {
            return first.Timestamp;
        }

        _sights.Keep(key, new Sight(markId, now));
        return now;
    }

    /// <summary>Removes everything about a connection that was removed or replaced by a new consent.</summary>
    public void Forget(TokenKey key)
    {
        _newest.Remove(key);
        // A retry that still tries to save these finds the change by itself.
        _unsaved.TryRemove(key, out _);
        _givenUp.Remove(key);
        _sights.Remove(key);
        _doubts.TryRemove(key, out _);
    }

    private sealed record Sight(string MarkId, long Timestamp);
}
