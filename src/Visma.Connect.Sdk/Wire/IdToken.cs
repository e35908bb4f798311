using System.Text.Json;

namespace Visma.Connect.Sdk;

/// <summary>An id token that was checked: who signed in, where and when (OpenID Connect Core 1.0 section 2). Personal data.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class IdToken
{
    internal IdToken(string subject, string issuer, JsonElement claims)
    {
        Subject = subject;
        Issuer = issuer;
        Claims = claims;
    }

    /// <summary>Who signed in: the one thing to link a user by, never the e-mail address.</summary>
    public string Subject { get; }

    /// <summary>The identity server that says so.</summary>
    public string Issuer { get; }

    /// <summary>The session at the identity server (<c>sid</c>), for back-channel logout; null when it does not say.</summary>
    public string? SessionId => JsonText.Of(Claims, "sid");

    /// <summary>Everything it says.</summary>
    public JsonElement Claims { get; }

    /// <summary>Says what it is, and nothing personal.</summary>
    public override string ToString() => "id token";
}
