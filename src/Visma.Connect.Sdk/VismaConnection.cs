using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>Describes a user's connection: its name, its APIs and scopes, and whether it works. It contains no token.</summary>
/// <remarks>
/// Immutable and thread-safe: a description of the moment it was read. <see cref="ToString"/> prints neither the user nor the company.
/// </remarks>
public sealed class VismaConnection
{
    /// <summary>Creates a description, for the unit tests of an application.</summary>
    /// <param name="key">The key of a connection: see <see cref="TokenKey.ForConnection(string, string)"/>.</param>
    /// <param name="state">Whether it works.</param>
    /// <param name="stateSince">When <paramref name="state"/> began.</param>
    /// <param name="reason">Why it does not work.</param>
    /// <param name="apis">The names of its APIs. Default: none.</param>
    /// <param name="requestedScopes">The requested scopes. Default: none.</param>
    /// <param name="grantedScopes">The granted scopes. Default: none.</param>
    /// <param name="company">The company that the user chose.</param>
    /// <param name="subject">The user who consented.</param>
    /// <param name="connectedAt">When the user consented.</param>
    /// <param name="tokenExpiresAt">When the newest access token expires.</param>
    /// <param name="hasRefreshToken">Whether it can be renewed.</param>
    /// <exception cref="ArgumentException">The key is the key of a service token.</exception>
    public VismaConnection(
        TokenKey key,
        ConnectionState state = ConnectionState.Active,
        DateTimeOffset? stateSince = null,
        string? reason = null,
        IReadOnlyList<string>? apis = null,
        IReadOnlyList<string>? requestedScopes = null,
        IReadOnlyList<string>? grantedScopes = null,
        string? company = null,
        string? subject = null,
        DateTimeOffset? connectedAt = null,
        DateTimeOffset? tokenExpiresAt = null,
        bool hasRefreshToken = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        Name = key.Connection ?? throw new ArgumentException(
            $"The key must be a key of a connection, from TokenKey.ForConnection. It is the key of {key}.",
            nameof(key));
        Key = key;
        State = state;
        StateSince = stateSince;
        Reason = reason;
        Apis = apis ?? [];
        RequestedScopes = requestedScopes ?? [];
        GrantedScopes = grantedScopes ?? [];
        Company = company;
        Subject = subject;
        ConnectedAt = connectedAt;
        TokenExpiresAt = tokenExpiresAt;
        HasRefreshToken = hasRefreshToken;
    }

    /// <summary>The key for requesting its tokens.</summary>
    public TokenKey Key { get; }

    /// <summary>The name that the application chose for it.</summary>
    public string Name { get; }

    /// <summary>Whether it works.</summary>
    public ConnectionState State { get; }

    /// <summary>When <see cref="State"/> began. Null if the state is <see cref="ConnectionState.Unreadable"/>.</summary>
    public DateTimeOffset? StateSince { get; }

    /// <summary>Why it does not work, with the evidence. Null while it works. For a log or an administrator, not for the user.</summary>
    public string? Reason { get; }

    /// <summary>The names of the APIs that the HttpClients of its client call (<c>AddVismaToken</c>).</summary>
    public IReadOnlyList<string> Apis { get; }

    /// <summary>The requested scopes.</summary>
    public IReadOnlyList<string> RequestedScopes { get; }

    /// <summary>The granted scopes, which can be fewer. If the server did not return them: the requested scopes.</summary>
    public IReadOnlyList<string> GrantedScopes { get; }

    /// <summary>
    /// The company that the user chose, if the token contains it: <c>tenant_id</c> at Visma Connect, <c>customer_id</c> at eAccounting.
    /// Otherwise what an import said, or null.
    /// </summary>
    public string? Company { get; }

    /// <summary>
    /// The user who consented (<c>sub</c>), from the id token, from the access token, or from an import. Null if none of them says it. Personal data.
    /// </summary>
    public string? Subject { get; }

    /// <summary>When the user consented. Null if the state is <see cref="ConnectionState.Unreadable"/>.</summary>
    public DateTimeOffset? ConnectedAt { get; }

    /// <summary>
    /// When the newest access token expires. With a refresh token, the library renews it. Null if the state is
    /// <see cref="ConnectionState.Unreadable"/>, or if the connection was imported and its refresh token was not exchanged yet.
    /// </summary>
    public DateTimeOffset? TokenExpiresAt { get; }

    /// <summary>Whether there is a refresh token. Without one, the connection ends when its access token expires.</summary>
    public bool HasRefreshToken { get; }

    /// <summary>Returns the key and the state.</summary>
    public override string ToString() => $"{Key}: {State}";

    internal static VismaConnection Of(TokenKey key, UnreadableEntryException fault, IEnumerable<VismaApi> apis) =>
        new(key, ConnectionState.Unreadable, reason: fault.Message, apis: NamesOf(apis));

    internal static VismaConnection Of(TokenKey key, TokenEntry entry, IEnumerable<VismaApi> apis) => new(
        key,
        entry.State,
        entry.StateSince,
        entry.StateReason,
        NamesOf(apis),
        entry.RequestedScopes,
        entry.Tokens.AccessToken.Scopes,
        entry.Company,
        subject: (entry.Tokens.IdToken is { } idToken ? JwtClaims.TextOf(idToken, JwtClaimTypes.Subject) : null) ?? entry.Subject,
        entry.ConnectedAt,
        entry.Tokens.AccessToken.IsObtained ? entry.Tokens.AccessToken.ExpiresAt : null,
        hasRefreshToken: entry.Tokens.RefreshToken is not null);

    private static string[] NamesOf(IEnumerable<VismaApi> apis) => [.. apis.Select(api => api.Name).Distinct()];
}
