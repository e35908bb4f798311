using System.Diagnostics.CodeAnalysis;

namespace Visma.Connect.Sdk;

/// <summary>Whose token: a client of the options, and the customer company or the user connection it acts for.</summary>
/// <remarks>
/// Immutable and thread-safe. Equality is what the caches go by, so everything that shapes a token is part of it: two tenants, or two
/// sets of scopes, never share a token. Client names compare without case, as configuration keys do; tenants and scopes compare exactly.
/// A key holds no secret and may be logged.
/// </remarks>
public sealed class TokenKey : IEquatable<TokenKey>
{
    // In place of scopes, which a connection has none of: a handler makes a key per request, so it has no field more than it needs. No scope
    // holds a space at its end.
    private const string OfConnection = "connection ";

    private readonly string? _subject;
    private readonly string? _scope;

    private TokenKey(string client, string? subject, string? scope)
    {
        Client = client;
        _subject = subject;
        _scope = scope;
    }

    /// <summary>The name of the client, as in <see cref="VismaConnectOptions.Clients"/>.</summary>
    public string Client { get; }

    /// <summary>
    /// The <c>tenant_id</c> of the customer company, or null for a client without one. Take the <em>company</em> tenant, not the
    /// <em>customer</em> tenant: both give out tokens, but the API answers the latter with 401
    /// (https://docs.vismasoftware.no/visma-net-erp-api, how-tos, fix 401 error; read November 2026).
    /// </summary>
    public string? TenantId => IsConnection ? null : _subject;

    /// <summary>
    /// Your own name for the consent of a user, such as <c>customer-42</c>, or null for a service token. Its scopes are those that the user
    /// consented to: one consent, one token.
    /// </summary>
    public string? Connection => IsConnection ? _subject : null;

    /// <summary>The scopes of this key, sorted, where they are not the client's own; otherwise empty.</summary>
    public IReadOnlyList<string> Scopes => OwnScope?.Split(' ') ?? [];

    private bool IsConnection => ReferenceEquals(_scope, OfConnection);

    private string? OwnScope => IsConnection ? null : _scope;

    /// <summary>A service token (client credentials) for one customer company.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="tenantId">The company's tenant id.</param>
    /// <exception cref="ArgumentException">A name is null, empty or white space, or no valid Unicode text.</exception>
    public static TokenKey ForTenant(string client, string tenantId)
    {
        StorageKey.RequireText(client, nameof(client));
        StorageKey.RequireText(tenantId, nameof(tenantId));
        return new TokenKey(client, tenantId, scope: null);
    }

    /// <summary>
    /// A service token (client credentials) without a tenant: a Business NXT service, or an application with a default tenant.
    /// </summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <exception cref="ArgumentException">The name is null, empty or white space, or no valid Unicode text.</exception>
    public static TokenKey ForClient(string client)
    {
        StorageKey.RequireText(client, nameof(client));
        return new TokenKey(client, subject: null, scope: null);
    }

    /// <summary>A user token: of the consent that <see cref="VismaConnections"/> keeps under this name.</summary>
    /// <param name="client">The name of a client in <see cref="VismaConnectOptions.Clients"/>.</param>
    /// <param name="connection">Your name for the connection. No secret, and no personal data: it is logged.</param>
    /// <exception cref="ArgumentException">A name is null, empty or white space, or no valid Unicode text.</exception>
    public static TokenKey ForConnection(string client, string connection)
    {
        StorageKey.RequireText(client, nameof(client));
        StorageKey.RequireText(connection, nameof(connection));
        return new TokenKey(client, connection, OfConnection);
    }

    /// <summary>The same key with scopes of its own instead of the client's: a token that can do less, or something else.</summary>
    /// <param name="scopes">The scopes to ask for. Their order does not matter, nor do repetitions; none means the client's own again.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scopes"/> is null.</exception>
    /// <exception cref="ArgumentException">A scope is empty or holds a character that RFC 6749 section 3.3 does not allow.</exception>
    /// <exception cref="InvalidOperationException">The key is that of a connection, whose scopes are those of the user's consent.</exception>
    public TokenKey WithScopes(params IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        if (IsConnection)
        {
            throw new InvalidOperationException($"The scopes of {this} are those that the user consented to. Name others when the user connects, or use another connection.");
        }

        string[] sorted = [.. scopes.Distinct(StringComparer.Ordinal).OrderBy(scope => scope, StringComparer.Ordinal)];
        if (!sorted.All(ScopeToken.IsValid))
        {
            throw new ArgumentException($"'{sorted.First(scope => !ScopeToken.IsValid(scope))}' is not a scope: {ScopeToken.Rule}.", nameof(scopes));
        }

        return new TokenKey(Client, _subject, sorted.Length == 0 ? null : string.Join(" ", sorted));
    }

    /// <summary>
    /// The key as text for a storage: the same for equal keys, different for different ones, of ASCII characters only, and to be read back
    /// by <see cref="FromStorageKey"/>. As long as its parts are: hash it where a storage sets limits.
    /// </summary>
    /// <exception cref="InvalidOperationException">A part is no valid Unicode text, and cannot be stored.</exception>
    public string ToStorageKey() => StorageKey.Of(this);

    /// <summary>Reads what <see cref="ToStorageKey"/> returned.</summary>
    /// <param name="storageKey">The text.</param>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static TokenKey FromStorageKey(string storageKey)
    {
        ArgumentNullException.ThrowIfNull(storageKey);
        return StorageKey.Read(storageKey) ?? throw new FormatException("The text is no storage key: it was not made by TokenKey.ToStorageKey.");
    }

    /// <summary>Reads what <see cref="ToStorageKey"/> returned, from a storage that may hold other things.</summary>
    /// <param name="storageKey">The text.</param>
    /// <param name="key">The key; null when the text is none, or of a kind that only a later version of the library knows.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryFromStorageKey(string? storageKey, [NotNullWhen(true)] out TokenKey? key)
    {
        key = storageKey is null ? null : StorageKey.Read(storageKey);
        return key is not null;
    }

    // The same client and scopes for a company: a handler makes one of these per request, so nothing is sorted or checked again.
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
    // Tenant or connection tells most keys apart, and those without are as few as the clients: hashing more would be paid at every call.
    public override int GetHashCode() => _subject?.GetHashCode() ?? Client.Length;

    /// <summary>Names client, tenant or connection, and scopes, for a log or an error message.</summary>
    public override string ToString() =>
        $"client '{Client}'"
        + (TenantId is null ? "" : $", tenant '{VisibleText.Of(TenantId)}'")
        + (Connection is null ? "" : $", connection '{VisibleText.Of(Connection)}'")
        + (OwnScope is null ? "" : $", scopes '{OwnScope}'");

    /// <summary>Whether two keys ask for the same token.</summary>
    public static bool operator ==(TokenKey? left, TokenKey? right) => left?.Equals(right) ?? right is null;

    /// <summary>Whether two keys ask for different tokens.</summary>
    public static bool operator !=(TokenKey? left, TokenKey? right) => !(left == right);
}
