using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>What the userinfo endpoint tells about a user (OpenID Connect Core 1.0 section 5.3). Personal data.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class UserInfo
{
    private UserInfo(string subject, JsonElement claims)
    {
        Subject = subject;
        Claims = claims;
    }

    /// <summary>Who it is: the one thing to link a user by, never the e-mail address (https://docs.connect.visma.com/docs/userid-and-email-for-a-connect-account).</summary>
    public string Subject { get; }

    /// <summary>The e-mail address, where the scope <c>email</c> was granted.</summary>
    public string? Email => JsonText.Of(Claims, "email");

    /// <summary>The name, where the scope <c>profile</c> was granted.</summary>
    public string? Name => JsonText.Of(Claims, "name");

    /// <summary>Everything the server told.</summary>
    public JsonElement Claims { get; }

    /// <summary>Reads a claim that is JSON, also where the server wrote that JSON as a text: Visma Connect does so with <c>tenants</c> and <c>address</c>.</summary>
    /// <param name="name">The name of the claim.</param>
    /// <returns>The JSON, or null when there is no such claim.</returns>
    public JsonElement? GetJson(string name)
    {
        if (!Claims.TryGetProperty(name, out JsonElement claim))
        {
            return null;
        }

        if (JsonText.Of(Claims, name) is not { } text)
        {
            return claim;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return claim;
        }
    }

    /// <summary>Says what it is, and nothing personal.</summary>
    public override string ToString() => "user info";

    internal static UserInfo From(JsonElement claims, string? expectedSubject)
    {
        if (JsonText.Of(claims, "sub") is not { Length: > 0 } subject)
        {
            throw new VismaConnectException("The userinfo reply names no user: it has no 'sub' (OpenID Connect Core 1.0 section 5.3.2). It is not used.");
        }

        // Section 5.3.2: of another user it must not be used.
        return expectedSubject is null || string.Equals(subject, expectedSubject, StringComparison.Ordinal)
            ? new UserInfo(subject, claims)
            : throw new VismaConnectException("The userinfo reply is about another user than the id token (its 'sub' differs). It is not used.");
    }
}
