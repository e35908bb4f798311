namespace Visma.Connect.Sdk;

/// <summary>A user connection as it stands: whose, for what, and whether it works. Holds no token.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record VismaConnection
{
    /// <summary>The key that its tokens are asked for with.</summary>
    public required TokenKey Key { get; init; }

    /// <summary>Your name for it.</summary>
    public string Name => Key.Connection!;

    /// <summary>The names of the APIs that the HttpClients of its client call (<c>AddVismaToken</c>).</summary>
    public IReadOnlyList<string> Apis { get; init; } = [];

    /// <summary>The scopes that were asked for.</summary>
    public IReadOnlyList<string> RequestedScopes { get; init; } = [];

    /// <summary>The scopes that were granted, which may be fewer; those asked for where the server did not say.</summary>
    public IReadOnlyList<string> GrantedScopes { get; init; } = [];

    /// <summary>
    /// The company that the user chose, where the token says: Visma Connect's <c>tenant_id</c>, or eAccounting's <c>customer_id</c>; else null.
    /// </summary>
    public string? Company { get; init; }

    /// <summary>Who consented: the subject of the id token, where <c>openid</c> was asked for; else null.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether it works.</summary>
    public ConnectionState State { get; init; }

    /// <summary>Since when <see cref="State"/> has been what it is; null when it is <see cref="ConnectionState.Unreadable"/>.</summary>
    public DateTimeOffset? StateSince { get; init; }

    /// <summary>Why it does not work, with the evidence; null while it does. For a log or an administrator, not for the user.</summary>
    public string? Reason { get; init; }

    /// <summary>When the user consented; null when it is <see cref="ConnectionState.Unreadable"/>.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When the newest access token expires. It is renewed by itself where <see cref="HasRefreshToken"/>; null when it is <see cref="ConnectionState.Unreadable"/>.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }

    /// <summary>Whether it can be renewed; if not, it ends with its access token.</summary>
    public bool HasRefreshToken { get; init; }

    internal static VismaConnection Of(TokenKey key, UnreadableEntryException fault, IEnumerable<VismaApi> apis) => new()
    {
        Key = key,
        Apis = NamesOf(apis),
        State = ConnectionState.Unreadable,
        Reason = fault.Message,
    };

    internal static VismaConnection Of(TokenKey key, TokenEntry entry, IEnumerable<VismaApi> apis) => new()
    {
        Key = key,
        Apis = NamesOf(apis),
        RequestedScopes = entry.RequestedScopes,
        GrantedScopes = entry.Tokens.AccessToken.Scopes,
        Company = entry.Company,
        Subject = entry.Tokens.IdToken is { } idToken ? JwtClaims.TextOf(idToken, "sub") : null,
        State = entry.State,
        StateSince = entry.StateSince,
        Reason = entry.StateReason,
        ConnectedAt = entry.ConnectedAt,
        TokenExpiresAt = entry.Tokens.AccessToken.ExpiresAt,
        HasRefreshToken = entry.Tokens.RefreshToken is not null,
    };

    private static string[] NamesOf(IEnumerable<VismaApi> apis) => [.. apis.Select(api => api.Name).Distinct()];
}
