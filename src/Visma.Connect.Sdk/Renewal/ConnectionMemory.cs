using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>What this process remembers about connections, in addition to the token cache. Holds secrets.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionMemory
{
    private readonly ConcurrentDictionary<TokenKey, ObtainedTokens> _newest = new();
    private readonly ConcurrentDictionary<TokenKey, ObtainedTokens> _unsaved = new();
    private readonly ConcurrentDictionary<TokenKey, GivenUpMark> _givenUp = new();
    private readonly ConcurrentDictionary<TokenKey, DoubtfulSend> _doubts = new();
    private readonly ConcurrentDictionary<TokenKey, Sight> _sights = new();

    /// <summary>The newest tokens that were read from the cache or saved in it, in case it loses a write.</summary>
    public ObtainedTokens? NewestOf(TokenKey key) => _newest.TryGetValue(key, out ObtainedTokens? tokens) ? tokens : null;

    public void Keep(TokenKey key, ObtainedTokens tokens) => _newest[key] = tokens;

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
    /// <remarks>It does not depend on the stored mark, which the cache may lose.</remarks>
    public DoubtfulSend? DoubtOf(TokenKey key, TokenEntry entry) => _doubts.TryGetValue(key, out DoubtfulSend? doubt) && doubt.IsOf(entry) ? doubt : null;

    /// <summary>A doubtful send that no newer tokens of its connection have settled; null if there is none.</summary>
    public DoubtfulSend? OpenDoubtOf(TokenKey key) =>
        _doubts.TryGetValue(key, out DoubtfulSend? doubt)
        && (NewestOf(key) is not { } newest || (newest.GrantId == doubt.GrantId && newest.Attempt == doubt.Tokens))
            ? doubt
            : null;

    public void KeepDoubt(TokenKey key, DoubtfulSend doubt) => _doubts[key] = doubt;

    /// <summary>Remembers that an attempt of this process is over although its mark is still stored.</summary>
    public void GiveUp(TokenKey key, GivenUpMark mark) => _givenUp[key] = mark;

    /// <summary>Returns what is remembered about a mark that this process gave up; null for any other mark.</summary>
    public GivenUpMark? GivenUp(TokenKey key, string markId) => _givenUp.TryGetValue(key, out GivenUpMark? given) && given.MarkId == markId ? given : null;

    /// <summary>The monotonic timestamp at which this process first saw a mark: <paramref name="now"/> for a new one.</summary>
    public long FirstSightOf(TokenKey key, string markId, long now)
    {
        if (_sights.TryGetValue(key, out Sight? first) && first.MarkId == markId)
        {
            return first.Timestamp;
        }

        _sights[key] = new Sight(markId, now);
        return now;
    }

    /// <summary>Removes everything about a connection that was removed or replaced by a new consent.</summary>
    public void Forget(TokenKey key)
    {
        _newest.TryRemove(key, out _);
        // A retry that still tries to save these finds the change by itself.
        _unsaved.TryRemove(key, out _);
        _givenUp.TryRemove(key, out _);
        _sights.TryRemove(key, out _);
        _doubts.TryRemove(key, out _);
    }

    private sealed record Sight(string MarkId, long Timestamp);
}
