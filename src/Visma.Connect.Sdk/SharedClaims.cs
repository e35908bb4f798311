namespace Visma.Connect.Sdk;

/// <summary>
/// Lets one of all processes that share a token cache do a piece of work, once: handle a webhook event, accept a sign-out, use a link. A caller claims
/// the work before it begins; all other callers, in this and in other processes, are answered that it is being done, or was done.
/// </summary>
/// <remarks>
/// <para>
/// A claim is a record of the token cache (<c>docs/token-record.md</c>). With a cache in a database, the processes share their claims. With
/// <see cref="TokenCache.MemoryTokenCache"/>, claims hold in one process only, are lost at a restart, and are at most 100,000: the oldest is removed
/// for the next one.
/// </para>
/// <para>
/// If the process that does the work is killed, the claim stays. After the lease, another caller takes the work over, so that it is not lost.
/// It may then be done twice: the first process may have been slow rather than dead, or killed after the work and before its claim was ended. The lease
/// is compared with the clock of each machine; let them agree within a few seconds, and choose a lease well above the longest time of the work.
/// </para>
/// <para>Thread-safe. The container has one instance, a singleton. Unit tests can replace it: every member is virtual.</para>
/// </remarks>
public class SharedClaims
{
    private static readonly TimeSpan CacheOperation = RenewalDurations.For(grace: null).CacheOperation;

    // No server issued it, and no token is used with it.
    private static readonly Uri NoTokenEndpoint = new("urn:visma-connect-sdk:claim");

    // Null in a mock, which overrides the methods that use them.
    private readonly StoredClaims _claims = null!;
    private readonly ExpiredClaims _expired = null!;
    private readonly TimeProvider _time = null!;

    internal SharedClaims(StoredClaims claims, ExpiredClaims expired, TimeProvider time)
    {
        _claims = claims;
        _expired = expired;
        _time = time;
    }

    /// <summary>
    /// Only for a derived class, such as a mock in a unit test. It must override the methods that are called: in this class they do not work after
    /// this constructor.
    /// </summary>
    protected SharedClaims()
    {
    }

    /// <summary>Claims a piece of work for the caller, if no other caller does it or has done it.</summary>
    /// <param name="scope">
    /// What kind of work it is, for example <c>webhooks</c>. Compared without case, like names of clients. It is stored and not encrypted.
    /// </param>
    /// <param name="id">Identifies the work among its kind; of any length, compared exactly. Its SHA-256 is stored, so it may be a secret.</param>
    /// <param name="lease">
    /// How long the caller may need. After that, if the claim was neither ended nor released, another caller may claim the work.
    /// </param>
    /// <param name="lifetime">How long, from now, the claim is kept: the work is not done again within this time. At least the lease.</param>
    /// <param name="cancellationToken">Cancels the call before it claims anything.</param>
    /// <returns>
    /// Whether the caller does the work. If so, it calls <see cref="EndAsync"/> after the work, or <see cref="ReleaseAsync"/> if it did not do it.
    /// </returns>
    /// <exception cref="ArgumentException">The scope is null, empty, white space or malformed Unicode, or the id is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lease is not positive, or longer than the lifetime.</exception>
    /// <exception cref="UnreadableEntryException">The claim exists and cannot be read: this process lacks a key of the token cache.</exception>
    /// <exception cref="VismaConnectException">The token cache failed. Do not begin the work; try again later.</exception>
    public virtual async Task<SharedClaim> TryBeginAsync(
        string scope,
        string id,
        TimeSpan lease,
        TimeSpan lifetime,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (lease <= TimeSpan.Zero || lease > lifetime)
        {
            throw new ArgumentOutOfRangeException(nameof(lease), lease, "A lease is longer than zero and at most as long as the lifetime of the claim.");
        }

        TokenKey key = KeyOf(scope, id);
        cancellationToken.ThrowIfCancellationRequested();
        TokenEntry own = New(scope, id, lease, lifetime);
        TokenEntry stored = await _claims.ClaimAsync(key, own, IsOver, CacheOperation).ConfigureAwait(false)
            ?? throw NotSaved(scope);
        bool isOwn = stored.Mark?.Id == own.Mark!.Id;
        if (isOwn)
        {
            _expired.RemoveIfDue(lifetime);
        }

        return isOwn
            ? new SharedClaim(scope, id, SharedClaimState.Begun, TimeSpan.Zero, stored.StateSince, stored)
            : Describe(scope, id, stored);
    }

    /// <summary>Looks whether a piece of work is being done, or is done, and claims nothing.</summary>
    /// <param name="scope">What kind of work it is.</param>
    /// <param name="id">Identifies the work among its kind.</param>
    /// <param name="cancellationToken">Cancels the call before it reads.</param>
    /// <returns>The claim: busy or done. Null if there is none, or if it has expired or can be taken over.</returns>
    /// <exception cref="ArgumentException">The scope is null, empty, white space or malformed Unicode, or the id is null, empty or white space.</exception>
    /// <exception cref="UnreadableEntryException">The claim exists and cannot be read: this process lacks a key of the token cache.</exception>
    /// <exception cref="VismaConnectException">The token cache failed.</exception>
    public virtual async Task<SharedClaim?> FindAsync(string scope, string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        TokenKey key = KeyOf(scope, id);
        cancellationToken.ThrowIfCancellationRequested();
        TokenEntry? stored = await _claims.FindAsync(key, CacheOperation).ConfigureAwait(false);
        return stored is null || IsOver(stored) ? null : Describe(scope, id, stored);
    }

    /// <summary>Stores that a piece of work is done now, whatever was stored before. If it was done before, its time is replaced.</summary>
    /// <param name="scope">What kind of work it is.</param>
    /// <param name="id">Identifies the work among its kind.</param>
    /// <param name="lifetime">How long, from now, the claim is kept. More than zero.</param>
    /// <param name="cancellationToken">Cancels the call before it stores anything.</param>
    /// <returns>A task that completes when it is stored.</returns>
    /// <exception cref="ArgumentException">The scope is null, empty, white space or malformed Unicode, or the id is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not positive.</exception>
    /// <exception cref="VismaConnectException">The token cache failed. It may be stored, or not.</exception>
    public virtual async Task RecordAsync(string scope, string id, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (lifetime <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A lifetime is longer than zero.");
        }

        TokenKey key = KeyOf(scope, id);
        cancellationToken.ThrowIfCancellationRequested();
        TokenEntry done = New(scope, id, lifetime, lifetime) with { Mark = null };
        if ((await _claims.ClaimAsync(key, done, isOver: stored => stored.Version != done.Version, CacheOperation).ConfigureAwait(false)) is null)
        {
            throw NotSaved(scope);
        }

        _expired.RemoveIfDue(lifetime);
    }

    /// <summary>Stores that the work is done. Until the claim expires, every other caller is answered that.</summary>
    /// <param name="claim">The claim of the caller.</param>
    /// <returns>
    /// Whether it is stored. Otherwise the token cache does not work, or the lease is over and another caller has taken the work over: after the lease,
    /// the work may be done again.
    /// </returns>
    /// <exception cref="ArgumentException">The caller has not begun the work.</exception>
    public virtual Task<bool> EndAsync(SharedClaim claim) => _claims.ReplaceAsync(
        KeyOf(claim),
        EntryOf(claim),
        stored => stored.AsNew() with { Mark = null, StateSince = _time.GetUtcNow() },
        CacheOperation);

    /// <summary>Removes the claim, because the work was not done: the next caller may begin it at once.</summary>
    /// <param name="claim">The claim of the caller.</param>
    /// <returns>Whether it is removed. Otherwise the next caller may begin after the lease, unless another one has done so already.</returns>
    /// <exception cref="ArgumentException">The caller has not begun the work.</exception>
    public virtual Task<bool> ReleaseAsync(SharedClaim claim) => _claims.RemoveAsync(KeyOf(claim), EntryOf(claim), CacheOperation);

    private static TokenKey KeyOf(SharedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return KeyOf(claim.Scope, claim.Id);
    }

    // The claim of a consent has a hash alone in this place.
    private static TokenKey KeyOf(string scope, string id) => TokenKey.ForClaim(scope, "once." + TextHash.Of(id));

    private static TokenEntry EntryOf(SharedClaim claim) => claim.Entry
        ?? throw new ArgumentException("The work of this claim was not begun by the caller: TryBeginAsync did not answer Begun.", nameof(claim));

    private static DateTimeOffset EndOf(RenewalMark mark) => mark.PlacedAt + mark.Lease;

    private static VismaConnectException NotSaved(string scope) =>
        new($"The token cache does not save a claim of '{VisibleText.Of(scope)}', and does not find another one.") { IsTransient = true };

    private SharedClaim Describe(string scope, string id, TokenEntry stored) => stored.Mark is { } mark
        ? new SharedClaim(scope, id, SharedClaimState.Busy, EndOf(mark) - _time.GetUtcNow(), stored.StateSince)
        : new SharedClaim(scope, id, SharedClaimState.Done, TimeSpan.Zero, stored.StateSince);

    private bool IsOver(TokenEntry stored)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return stored.Tokens.AccessToken.ExpiresAt <= now || (stored.Mark is { } mark && EndOf(mark) <= now);
    }

    private TokenEntry New(string scope, string id, TimeSpan lease, TimeSpan lifetime)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return new TokenEntry
        {
            Tokens = new TokenSet { AccessToken = new AccessToken(TextHash.Of(id), now, now + lifetime) },
            TokenEndpoint = NoTokenEndpoint,
            ClientId = scope,
            Mark = new RenewalMark { Id = RandomText.OfIdentifier(), Attempt = 1, Lease = lease, PlacedAt = now },
            LastAttempt = 1,
            StateSince = now,
        };
    }
}
