using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>
/// A consent that has begun: the address to send the user's browser to, and what is needed to check the authorization response (RFC 6749
/// section 4.1.1). Keep it until the browser returns, in the session of this browser.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. State, verifier, nonce, issuer, redirect URI and connection belong together, so they are one object (RFC 9700
/// section 4.4). It contains the PKCE verifier: store it where only this application can read it, in a session on the server or in an encrypted
/// cookie. <see cref="ToJson"/> serialises it; <see cref="ToString"/> prints no secret.
/// </remarks>
public sealed class AuthorizationRequest
{
    /// <summary>How long the user may take. A later response is refused.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Creates a request with all its members, for example by an object initializer.</summary>
    public AuthorizationRequest()
    {
    }

    /// <summary>Creates a request for the unit tests of an application. It cannot be completed.</summary>
    /// <param name="url">The address to send the user's browser to.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="connection">The application's name for the connection.</param>
    /// <param name="state">The value that the response must contain.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    [SetsRequiredMembers]
    public AuthorizationRequest(Uri url, string client, string connection, string state)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(state);
        Url = url;
        Client = client;
        Connection = connection;
        State = state;
        ClientId = client;
        RedirectUri = url.GetLeftPart(UriPartial.Authority);
        TokenEndpoint = url;
    }

    /// <summary>The address to send the user's system browser to. It must not be shown in an embedded view (RFC 8252 section 8.12).</summary>
    public required Uri Url { get; init; }

    /// <summary>The value that the response must contain (RFC 6749 section 10.12). Secret.</summary>
    public required string State { get; init; }

    /// <summary>The PKCE verifier (RFC 7636). Null at VNI, which does not support PKCE. Secret.</summary>
    public string? CodeVerifier { get; init; }

    /// <summary>The value that the id token must contain (OpenID Connect Core 1.0 section 2). Null if no id token was requested.</summary>
    public string? Nonce { get; init; }

    /// <summary>The issuer that must answer (RFC 9207). Null for a server without an issuer.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whether the response must contain the issuer.</summary>
    public bool RequiresIssuer { get; init; }

    /// <summary>The address that the browser returns to, byte for byte.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The name of the client in <see cref="VismaConnectOptions.Clients"/>.</summary>
    public required string Client { get; init; }

    /// <summary>The client id at the time of the request.</summary>
    public required string ClientId { get; init; }

    /// <summary>The token endpoint that exchanges the code.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The application's name for the connection. Null if a typed client created the request.</summary>
    public string? Connection { get; init; }

    /// <summary>The requested scopes. Empty if the scopes of the application apply.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>The company that the tokens must be for. Null for any company.</summary>
    public string? Company { get; init; }

    /// <summary>When the consent began. The request is valid for one hour.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore]
    internal bool AsksForIdToken => Scopes.Contains(OidcConstants.StandardScopes.OpenId);

    /// <summary>Returns the request as JSON, for a session or an encrypted cookie. The text is secret: it contains the verifier.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AuthorizationRequestJsonContext.Default.AuthorizationRequest);

    /// <summary>Reads the JSON that <see cref="ToJson"/> returned.</summary>
    /// <param name="json">The JSON. Null, for example because the session was lost, throws like every other malformed text.</param>
    /// <returns>The request.</returns>
    /// <exception cref="VismaConnectException">The text is not a stored authorization request. The user has to begin again.</exception>
    public static AuthorizationRequest FromJson(string? json)
    {
        if (json is null)
        {
            throw new VismaConnectException("There is no stored authorization request.", LocalCauses.NoStoredRequest.Remedy, innerException: null);
        }

        try
        {
            return JsonSerializer.Deserialize(json, AuthorizationRequestJsonContext.Default.AuthorizationRequest)
                ?? throw new JsonException();
        }
        // A text with half a surrogate pair is an ArgumentException.
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            // The parser's message may quote the text, so it is not passed on.
            throw new VismaConnectException("The text is not a stored authorization request.", LocalCauses.StoredRequest.Remedy, innerException: null);
        }
    }

    /// <summary>Returns client and connection, without the secrets.</summary>
    public override string ToString() =>
        $"authorization request of client '{Client}'" + (Connection is null ? "" : $" for connection '{VisibleText.Of(Connection)}'");
}
