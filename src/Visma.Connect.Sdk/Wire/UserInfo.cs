using System.Text;
using System.Text.Json;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>The claims about a user that the userinfo endpoint returned (OpenID Connect Core 1.0 section 5.3). Personal data.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class UserInfo
{
    /// <summary>Creates the claims about a user, for the unit tests of an application.</summary>
    /// <param name="claims">The claims: a JSON object with at least <c>sub</c>.</param>
    /// <exception cref="ArgumentException">The claims are not a JSON object, or <c>sub</c> is missing.</exception>
    public UserInfo(JsonElement claims)
    {
        Subject = JsonText.OfRequiredClaim(claims, JwtClaimTypes.Subject, nameof(claims));
        Claims = claims.Clone();
    }

    /// <summary>
    /// The user. Link accounts by this claim, never by the e-mail address
    /// (https://docs.connect.visma.com/docs/userid-and-email-for-a-connect-account).
    /// </summary>
    public string Subject { get; }

    /// <summary>The e-mail address. Null unless the scope <c>email</c> was granted.</summary>
    public string? Email => JsonText.Of(Claims, JwtClaimTypes.Email);

    /// <summary>The name. Null unless the scope <c>profile</c> was granted.</summary>
    public string? Name => JsonText.Of(Claims, JwtClaimTypes.Name);

    /// <summary>All claims.</summary>
    public JsonElement Claims { get; }

    /// <summary>
    /// Reads a claim as JSON, also if the server sent the JSON as a string: Visma Connect does so with <c>tenants</c> and <c>address</c>.
    /// </summary>
    /// <param name="name">The name of the claim.</param>
    /// <returns>The JSON, or null if the claim is absent.</returns>
    public JsonElement? GetJson(string name)
    {
        if (!Claims.TryGetProperty(name, out JsonElement claim))
        {
            return null;
        }

        return JsonText.Of(Claims, name) is { } text && JsonText.TryParse(Encoding.UTF8.GetBytes(text), out JsonElement json) ? json : claim;
    }

    /// <summary>Returns a constant text, without personal data.</summary>
    public override string ToString() => "user info";

    internal static UserInfo From(JsonElement claims, string? expectedSubject)
    {
        if (JsonText.Of(claims, JwtClaimTypes.Subject) is not { Length: > 0 } subject)
        {
            throw new VismaConnectException("The userinfo reply names no user: it has no 'sub' (OpenID Connect Core 1.0 section 5.3.2). It is not used.");
        }

        // Section 5.3.2: a reply about another user must not be used.
        return expectedSubject is null || string.Equals(subject, expectedSubject, StringComparison.Ordinal)
            ? new UserInfo(claims)
            : throw new VismaConnectException("The userinfo reply is about another user than the id token (its 'sub' differs). It is not used.");
    }
}
