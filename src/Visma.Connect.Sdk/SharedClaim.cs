namespace Visma.Connect.Sdk;

/// <summary>The answer of <see cref="SharedClaims.TryBeginAsync"/>: whether the caller does the work.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class SharedClaim
{
    /// <summary>Creates an answer, for the unit tests of an application.</summary>
    /// <param name="scope">What kind of work it is.</param>
    /// <param name="id">Identifies the work among its kind.</param>
    /// <param name="state">Whether the caller does the work.</param>
    /// <param name="retryAfter">How long the process that does the work may need for it. Default: zero.</param>
    /// <param name="since">When the state began.</param>
    public SharedClaim(string scope, string id, SharedClaimState state, TimeSpan retryAfter = default, DateTimeOffset? since = null)
        : this(scope, id, state, retryAfter, since, entry: null)
    {
    }

    internal SharedClaim(string scope, string id, SharedClaimState state, TimeSpan retryAfter, DateTimeOffset? since, TokenEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(id);
        Scope = scope;
        Id = id;
        State = state;
        RetryAfter = retryAfter;
        Since = since;
        Entry = entry;
    }

    /// <summary>What kind of work it is.</summary>
    public string Scope { get; }

    /// <summary>Identifies the work among its kind. Not stored: the token cache has its hash.</summary>
    public string Id { get; }

    /// <summary>Whether the caller does the work, or another one does, or it is done.</summary>
    public SharedClaimState State { get; }

    /// <summary>
    /// If another caller does the work: when its lease ends, and another one may take the work over. Zero otherwise.
    /// </summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>When the work was begun or, if it is done, when that was stored, by the clock of the process that did it. Null in a unit test.</summary>
    public DateTimeOffset? Since { get; }

    // The claim of this caller; null if it is the claim of another one.
    internal TokenEntry? Entry { get; }

    /// <summary>Returns the kind of work and the state. The id is not printed.</summary>
    public override string ToString() => $"{VisibleText.Of(Scope)}: {State}";
}
