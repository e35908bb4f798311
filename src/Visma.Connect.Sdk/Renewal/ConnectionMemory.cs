using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>What this process knows of connections beside the cache. Holds secrets.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionMemory
{
    private readonly ConcurrentDictionary<TokenKey, ObtainedTokens> _newest = new();
    private readonly ConcurrentDictionary<TokenKey, ObtainedTokens> _unsaved = new();
    private readonly ConcurrentDictionary<TokenKey, GivenUpMark> _givenUp = new();
    private readonly ConcurrentDictionary<TokenKey, (string MarkId, long Timestamp)> _sights = new();

    /// <summary>The newest tokens that were seen in the cache or saved there, in case it forgets a write.</summary>
    public ObtainedTokens? NewestOf(TokenKey key) => _newest.TryGetValue(key, out ObtainedTokens? tokens) ? tokens : null;

    public void Keep(TokenKey key, ObtainedTokens tokens) => _newest[key] = tokens;

    /// <summary>Tokens that could not be saved yet: until they are, nothing is renewed.</summary>
    public ObtainedTokens? UnsavedOf(TokenKey key) => _unsaved.TryGetValue(key, out ObtainedTokens? tokens) ? tokens : null;

    public void KeepUnsaved(TokenKey key, ObtainedTokens tokens)
    {
        // Of a consent that another has replaced meanwhile they are tried to be saved, and served to nobody.
        if (NewestOf(key) is not { } newest || newest.GrantId == tokens.GrantId)
        {
            _unsaved[key] = tokens;
        }
    }

    /// <summary>These tokens, and not others that were put in their place, are settled.</summary>
    public void Settle(TokenKey key, ObtainedTokens tokens) =>
        ((ICollection<KeyValuePair<TokenKey, ObtainedTokens>>)_unsaved).Remove(new KeyValuePair<TokenKey, ObtainedTokens>(key, tokens));

    /// <summary>Remembers that an attempt of this process is over, though its mark stands.</summary>
    public void GiveUp(TokenKey key, GivenUpMark mark) => _givenUp[key] = mark;

    /// <summary>What is remembered of a mark; null when it is not one that was given up here.</summary>
    public GivenUpMark? GivenUp(TokenKey key, string markId) => _givenUp.TryGetValue(key, out GivenUpMark given) && given.MarkId == markId ? given : null;

    /// <summary>The monotonic timestamp at which this process saw a mark for the first time: now, if it never has.</summary>
    public long FirstSightOf(TokenKey key, string markId, long now)
    {
        if (_sights.TryGetValue(key, out (string MarkId, long Timestamp) first) && first.MarkId == markId)
        {
            return first.Timestamp;
        }

        _sights[key] = (markId, now);
        return now;
    }

    /// <summary>Forgets a connection that is no more, or is another one now.</summary>
    public void Forget(TokenKey key)
    {
        _newest.TryRemove(key, out _);
        // Whoever still tries to save them finds out by itself what has become of the connection.
        _unsaved.TryRemove(key, out _);
        _givenUp.TryRemove(key, out _);
        _sights.TryRemove(key, out _);
    }
}
