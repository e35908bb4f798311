using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk;

/// <summary>
/// An attempt to connect, as the cookie of the browser that began it holds it. After its end, it holds the outcome instead of the request, so that a
/// reload, the Back button and a second click show the same page again.
/// </summary>
/// <remarks>A class and not a record, because the text of a record would show the verifier.</remarks>
internal sealed class PendingAttempt
{
    /// <summary>How long the user may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long the outcome is shown again: the page may stay open in a tab, and be reloaded.</summary>
    public static readonly TimeSpan LifetimeOfOutcome = TimeSpan.FromHours(1);

    /// <summary>The hash of the state, which names the cookie. It is not secret: it can be in an address.</summary>
    public required string Id { get; init; }

    public required string Client { get; init; }

    public required string Connection { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>The hash of the identifier of the user who began it. Null if no user was signed in.</summary>
    public string? User { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>The identifier of the reconnect link. Null if the attempt began at the start.</summary>
    public string? Link { get; init; }

    /// <summary>When the reconnect link expires.</summary>
    public DateTimeOffset? LinkExpiresAt { get; init; }

    /// <summary>The stored authorization request, a secret. Null after the end.</summary>
    public string? Request { get; init; }

    /// <summary>Whether the response is posted from another site, so that the cookie must be sent with such a request.</summary>
    public bool IsFormPost { get; init; }

    /// <summary>When it ended. Null until then.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended. Null until then.</summary>
    public ConnectionOutcomeKind? Outcome { get; init; }

    /// <summary>The status and the sentence of a failure.</summary>
    public int Status { get; init; }

    public string? Message { get; init; }

    [JsonIgnore]
    public TokenKey Key => TokenKey.ForConnection(Client, Connection);

    /// <summary>Returns the identifier of the attempt with this state.</summary>
    public static string IdOf(string state) => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(state)), 0, 12);

    /// <summary>Whether a text can be an identifier.</summary>
    public static bool IsId(string? text) => text is { Length: 16 } && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>Returns the hash of the identifier of a user: the cookie need not contain personal data.</summary>
    public static string? HashOf(string? userId) =>
        userId is null ? null : WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(userId)));

    /// <summary>Begins an attempt.</summary>
    public static PendingAttempt Of(AuthorizationRequest request, string connection, DateTimeOffset now, bool isFormPost, string? userId, string? returnUrl) =>
        Of(request, connection, now, isFormPost, HashOf(userId), returnUrl, link: null);

    /// <summary>Begins an attempt with a reconnect link. It is not bound to a user.</summary>
    public static PendingAttempt Of(AuthorizationRequest request, ReconnectLink link, DateTimeOffset now, bool isFormPost) =>
        Of(request, link.Connection, now, isFormPost, user: null, returnUrl: null, link);

    public bool IsExpiredAt(DateTimeOffset now) => EndedAt is { } end ? now - end > LifetimeOfOutcome : now - BeganAt > Lifetime;

    /// <summary>Returns the attempt after its end, without its secrets.</summary>
    public PendingAttempt Ended(DateTimeOffset now, ConnectionOutcomeKind outcome, int status = 0, string? message = null) => new()
    {
        Id = Id,
        Client = Client,
        Connection = Connection,
        BeganAt = BeganAt,
        User = User,
        ReturnUrl = ReturnUrl,
        Link = Link,
        IsFormPost = IsFormPost,
        EndedAt = now,
        Outcome = outcome,
        Status = status,
        Message = message,
    };

    private static PendingAttempt Of(
        AuthorizationRequest request,
        string connection,
        DateTimeOffset now,
        bool isFormPost,
        string? user,
        string? returnUrl,
        ReconnectLink? link) => new()
        {
            Id = IdOf(request.State),
            Client = request.Client,
            Connection = connection,
            BeganAt = now,
            User = user,
            ReturnUrl = returnUrl,
            Link = link?.Id,
            LinkExpiresAt = link?.ExpiresAt,
            Request = Short(request).ToJson(),
            IsFormPost = isFormPost,
        };

    // The address to the identity server is used already, and would be the longest part of the cookie.
    private static AuthorizationRequest Short(AuthorizationRequest request) => new()
    {
        Url = new Uri(request.Url.GetLeftPart(UriPartial.Authority)),
        State = request.State,
        CodeVerifier = request.CodeVerifier,
        Nonce = request.Nonce,
        Issuer = request.Issuer,
        RequiresIssuer = request.RequiresIssuer,
        RedirectUri = request.RedirectUri,
        Client = request.Client,
        ClientId = request.ClientId,
        TokenEndpoint = request.TokenEndpoint,
        Connection = request.Connection,
        Scopes = request.Scopes,
        Company = request.Company,
        CreatedAt = request.CreatedAt,
    };
}
