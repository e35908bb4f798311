namespace Visma.Connect.Sdk;

/// <summary>
/// The stored record that one process completes a consent. It is an entry of the token cache under a separate kind of key, and holds no token: only
/// hashes of the state and the code, the id that the grant gets, and the outcome (docs/token-record.md).
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class ConsentClaim(TokenEntry entry)
{
    /// <summary>A response that arrives so late after its request is refused, so no later one can need the claim.</summary>
    public static readonly TimeSpan Lifetime = AuthorizationRequest.Lifetime;

    public TokenEntry Entry => entry;

    /// <summary>The id of the grant that the code brings.</summary>
    public string GrantId => entry.GrantId ?? "";

    /// <summary>Whether the outcome is not known yet.</summary>
    public bool IsOpen => entry.Mark is not null;

    /// <summary>How long other processes wait for the outcome.</summary>
    public TimeSpan Lease => entry.Mark?.Lease ?? TimeSpan.Zero;

    /// <summary>Why the completion failed; null if it did not, or if the outcome is not known yet.</summary>
    public string? Failure => entry.StateReason;

    public static TokenKey KeyOf(AuthorizationRequest start) => TokenKey.ForClaim(start.Client, TextHash.Of(start.State));

    public static ConsentClaim New(string owner, AuthorizationRequest start, string code, TimeSpan lease, DateTimeOffset now) => new(new TokenEntry
    {
        Tokens = new TokenSet { AccessToken = new AccessToken(HashOf(start, code), now, now + Lifetime) },
        TokenEndpoint = start.TokenEndpoint,
        ClientId = start.ClientId,
        GrantId = RandomText.OfIdentifier(),
        LastAttempt = 1,
        Mark = new RenewalMark { Id = owner, Attempt = 1, Lease = lease, PlacedAt = now },
        StateSince = now,
    });

    public bool IsOwnedBy(string owner) => entry.Mark?.Id == owner;

    public bool IsFor(AuthorizationRequest start, string code) =>
        string.Equals(entry.Tokens.AccessToken.Value, HashOf(start, code), StringComparison.Ordinal);

    /// <summary>The claim with its outcome.</summary>
    /// <param name="failure">Why the completion failed; null if the user is connected.</param>
    /// <param name="now">The time.</param>
    public ConsentClaim Ended(string? failure, DateTimeOffset now) => new(entry.AsNew() with
    {
        Mark = null,
        State = failure is null ? ConnectionState.Active : ConnectionState.ReauthorizationRequired,
        StateReason = failure,
        StateSince = now,
    });

    // The state cannot be guessed, so the hash does not help to guess the code.
    private static string HashOf(AuthorizationRequest start, string code) => TextHash.Of($"{start.State} {code}");

}
