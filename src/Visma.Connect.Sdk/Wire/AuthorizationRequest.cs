using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>
/// A consent that was begun: where to send the user's browser, and all that is needed to make sense of the answer (RFC 6749 section
/// 4.1.1). Keep it until the user comes back, bound to that user's browser.
/// </summary>
/// <remarks>
/// Immutable. State, verifier, nonce, issuer, redirect URI and key belong together, so they travel together (RFC 9700 section 4.4). It
/// holds the PKCE verifier: store it where only this application reads it, in a session on the server or in an encrypted cookie. It
/// serialises by <see cref="ToJson"/>; <see cref="ToString"/> shows no secret.
/// </remarks>
public sealed record AuthorizationRequest
{
    /// <summary>How long the user may take: an answer that comes later is refused.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The address to send the user's system browser to. Not to be embedded (RFC 8252 section 8.12).</summary>
    public required Uri Url { get; init; }

    /// <summary>What the answer has to bring back, unguessable (RFC 6749 section 10.12).</summary>
    public required string State { get; init; }

    /// <summary>The PKCE verifier (RFC 7636); null at VNI, which knows none. Secret.</summary>
    public string? CodeVerifier { get; init; }

    /// <summary>What the id token has to hold (OpenID Connect Core 1.0 section 2); null when none was asked for.</summary>
    public string? Nonce { get; init; }

    /// <summary>The issuer that has to answer (RFC 9207); null for a server that has none.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whether the answer has to name its issuer.</summary>
    public bool RequiresIssuer { get; init; }

    /// <summary>Where the user comes back to, byte for byte.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The name of the client in <see cref="VismaConnectOptions.Clients"/>.</summary>
    public required string Client { get; init; }

    /// <summary>The client id it was made for.</summary>
    public required string ClientId { get; init; }

    /// <summary>The token endpoint that will redeem the code.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>Your name for the connection; null without one, for a typed client by itself.</summary>
    public string? Connection { get; init; }

    /// <summary>The scopes asked for; none: the application's own.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The company the tokens have to be for; null: any.</summary>
    public string? ExpectedCompany { get; init; }

    /// <summary>When it was begun. It is good for an hour.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore]
    internal bool AsksForIdToken => Scopes.Contains("openid");

    /// <summary>Writes it as JSON, for a session or an encrypted cookie. The text holds the verifier: it is secret.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AuthorizationRequestJsonContext.Default.AuthorizationRequest);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The JSON; null, as when the session was lost, is refused like any other text.</param>
    /// <exception cref="VismaConnectException">It is none of that; the user has to begin again.</exception>
    public static AuthorizationRequest FromJson(string? json)
    {
        try
        {
            return JsonSerializer.Deserialize(json ?? "", AuthorizationRequestJsonContext.Default.AuthorizationRequest)
                ?? throw new JsonException();
        }
        catch (JsonException)
        {
            // Without the parser's message, which may quote what it read.
            const string Remedy = "Keep it as ToJson wrote it; the user has to begin again.";
            throw new VismaConnectException($"This is no stored authorization request. {Remedy}") { Remedy = Remedy };
        }
    }

    /// <summary>Names client and connection, and no secret.</summary>
    public override string ToString() =>
        $"authorization request of client '{Client}'" + (Connection is null ? "" : $" for connection '{VisibleText.Of(Connection)}'");
}
