using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>Identifies a token: the client, and the customer company or the user's connection that the client acts for.</summary>
/// <remarks>
/// Immutable and thread-safe. Caches compare keys, so a key contains everything that the content of a token depends on: two tenants, or two sets
/// of scopes, never share a token. Names of clients compare without case, like configuration keys; tenants and scopes compare exactly. A key
/// contains no secret and may be logged.
/// </remarks>
public sealed class TokenKey : IEquatable<TokenKey>
{
    // Marks the key of a connection, in the field for the scopes: a connection has no scopes in its key. A handler creates a key for each request,
    // so a key has as few fields as possible. No list of scopes ends with a space.
    private const string OfConnection = "connection ";

    // Marks the key of a claim, in the same way.
    private const string OfClaim = "claim ";

    private readonly string? _subject;
    private readonly string? _scope;

    private TokenKey(string client, string? subject, string? scope)
    {
        Client = client;
        _subject = subject;
        _scope = scope;
    }

    /// <summary>
    /// Where a source of tokens last found the token of this key, so that it need not look it up for each request. Never an answer by itself: the place
    /// may belong to another source, or be no longer in use.
    /// </summary>
    internal object? LastFound { get; set; }

    /// <summary>The name of the client, as in <see cref="VismaConnectOptions.Clients"/>.</summary>
    public string Client { get; }

    /// <summary>
    /// The <c>tenant_id</c> of the customer company. Null if the token is not for a tenant. Use the <em>company</em> tenant, not the
    /// <em>customer</em> tenant: Visma Connect issues tokens for both, but the API answers a token for the latter with 401
    /// (https://docs.vismasoftware.no/visma-net-erp-api, how-tos, fix 401 error; read November 2026).
    /// </summary>
    public string? TenantId => IsConnection || IsClaim ? null : _subject;

    /// <summary>
    /// The application's name for the consent of a user, for example <c>customer-42</c>. Null for a service token. The scopes of its token are the
    /// scopes that the user consented to.
    /// </summary>
    public string? Connection => IsConnection ? _subject : null;

    /// <summary>The scopes to request instead of the client's scopes, sorted. Empty if the client's scopes are used.</summary>
    public IReadOnlyList<string> Scopes => OwnScope?.Split(' ') ?? [];

    // Whether it is the key of a claim: the record that a process does, or has done, one piece of work, such as completing a consent. There is no token
    // under it.
    internal bool IsClaim => ReferenceEquals(_scope, OfClaim);

    // What a claim is for; null for another key.
    internal string? Claimed => IsClaim ? _subject : null;

    private bool IsConnection => ReferenceEquals(_scope, OfConnection);

    private string? OwnScope => IsConnection || IsClaim ? null : _scope;

    /// <summary>Returns the key of a service token (client credentials) for one customer company.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="tenantId">The company's tenant id.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">A name is null, empty, white space or malformed Unicode.</exception>
    public static TokenKey ForTenant(string client, string tenantId)
    {
        StorageKey.RequireText(client, nameof(client));
        StorageKey.RequireText(tenantId, nameof(tenantId));
        return new TokenKey(client, tenantId, scope: null);
    }

    /// <summary>
    /// Returns the key of a service token (client credentials) without a tenant: for a Business NXT service, or an application with a default tenant.
    /// </summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The name is null, empty, white space or malformed Unicode.</exception>
    public static TokenKey ForClient(string client)
    {
        StorageKey.RequireText(client, nameof(client));
        return new TokenKey(client, subject: null, scope: null);
    }

    /// <summary>Returns the key of a user's token: of the connection that <see cref="VismaConnections"/> keeps under this name.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">
    /// The application's name for the connection. It is logged, so it must not contain a secret or personal data.
    /// </param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">A name is null, empty, white space or malformed Unicode.</exception>
    public static TokenKey ForConnection(string client, string connection)
    {
        StorageKey.RequireText(client, nameof(client));
        StorageKey.RequireText(connection, nameof(connection));
        return new TokenKey(client, connection, OfConnection);
    }

    /// <summary>Returns the key of a claim: of a consent, or of other work that is done once in all processes (<see cref="SharedClaims"/>).</summary>
    /// <param name="client">The name of the client, or the kind of work.</param>
    /// <param name="claimed">What is claimed. It is stored and not encrypted, so it must not be a secret.</param>
    /// <exception cref="ArgumentException">A name is null, empty, white space or malformed Unicode.</exception>
    internal static TokenKey ForClaim(string client, string claimed)
    {
        StorageKey.RequireText(client, nameof(client));
        StorageKey.RequireText(claimed, nameof(claimed));
        return new TokenKey(client, claimed, OfClaim);
    }

    /// <summary>Returns the same key with other scopes than the client's, for example for a token with fewer rights.</summary>
    /// <param name="scopes">The scopes to request. Order and repetitions do not matter. Without scopes, the client's scopes are used again.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scopes"/> is null.</exception>
    /// <exception cref="ArgumentException">A scope is empty or contains a character that RFC 6749 section 3.3 does not allow.</exception>
    /// <exception cref="InvalidOperationException">It is the key of a connection. The scopes of a connection are the scopes that the user consented
    /// to.</exception>
    public TokenKey WithScopes(params string[] scopes) => WithScopes((IEnumerable<string>)scopes);

    /// <inheritdoc cref="WithScopes(string[])"/>
    public TokenKey WithScopes(IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        if (IsClaim)
        {
            throw new InvalidOperationException($"{this} has no scopes, because it has no token.");
        }

        if (IsConnection)
        {
            throw new InvalidOperationException($"The scopes of {this} are the scopes that the user consented to. Name other scopes when the user "
                + "connects, or use another connection.");
        }

        string[] sorted = [.. scopes.Distinct(StringComparer.Ordinal).OrderBy(scope => scope, StringComparer.Ordinal)];
        if (!sorted.All(ScopeToken.IsValid))
        {
            throw new ArgumentException($"'{sorted.First(scope => !ScopeToken.IsValid(scope))}' is not a scope: {ScopeToken.Rule}.", nameof(scopes));
        }

        return new TokenKey(Client, _subject, sorted.Length == 0 ? null : string.Join(" ", sorted));
    }

    /// <summary>
    /// Returns the key as text for a database: the same text for equal keys, and different texts for different keys. It consists of ASCII characters;
    /// <see cref="FromStorageKey"/> reads it back. The length depends on the names in the key: hash the text if the database limits it.
    /// </summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidOperationException">A name is malformed Unicode, and cannot be stored.</exception>
    public string ToStorageKey() => StorageKey.Of(this);

    /// <summary>Reads the text that <see cref="ToStorageKey"/> returned.</summary>
    /// <param name="storageKey">The text.</param>
    /// <returns>
    /// The key. The key of a claim (<c>docs/token-record.md</c>), which the library stores beside the tokens, has no tenant, no connection and no token.
    /// </returns>
    /// <exception cref="FormatException">The text is not a storage key.</exception>
    public static TokenKey FromStorageKey(string storageKey)
    {
        ArgumentNullException.ThrowIfNull(storageKey);
        return StorageKey.Read(storageKey) ?? throw new FormatException("The text is not a storage key: TokenKey.ToStorageKey did not create it.");
    }

    /// <summary>Reads the text that <see cref="ToStorageKey"/> returned, from a database that can contain other texts as well.</summary>
    /// <param name="storageKey">The text.</param>
    /// <param name="key">The key. Null if the text is not a storage key, or if a later version of the library created it.</param>
    /// <returns>Whether the text is a storage key.</returns>
    public static bool TryFromStorageKey(string? storageKey, [NotNullWhen(true)] out TokenKey? key)
    {
        key = storageKey is null ? null : StorageKey.Read(storageKey);
        return key is not null;
    }

    // The same client and scopes for another company. A handler creates such a key for each request, so nothing is sorted or checked again.
    internal TokenKey ForTenant(string tenantId) => new(Client, tenantId, OwnScope);

    internal TokenKey ForConnection(string connection) => new(Client, connection, OfConnection);

    /// <inheritdoc/>
    public bool Equals(TokenKey? other) =>
        other is not null
        && string.Equals(_subject, other._subject, StringComparison.Ordinal)
        && string.Equals(Client, other.Client, StringComparison.OrdinalIgnoreCase)
        && string.Equals(_scope, other._scope, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenKey);

    /// <inheritdoc/>
    // Most keys differ in their tenant or connection, and there are few keys without one. Each call hashes a key, so nothing else is hashed.
    public override int GetHashCode() => _subject?.GetHashCode() ?? Client.Length;

    /// <summary>Returns client, tenant or connection, and scopes, for a log or an error message.</summary>
    public override string ToString() =>
        $"client '{Client}'"
        + (TenantId is null ? "" : $", tenant '{VisibleText.Of(TenantId)}'")
        + (Connection is null ? "" : $", connection '{VisibleText.Of(Connection)}'")
        + (IsClaim ? ", claim" : "")
        + (OwnScope is null ? "" : $", scopes '{OwnScope}'");

    /// <summary>Whether two keys identify the same token.</summary>
    public static bool operator ==(TokenKey? left, TokenKey? right) => left?.Equals(right) ?? right is null;

    /// <summary>Whether two keys identify different tokens.</summary>
    public static bool operator !=(TokenKey? left, TokenKey? right) => !(left == right);
}
