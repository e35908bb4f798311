namespace Visma.Connect.Sdk;

/// <summary>Reads why an API refused a token.</summary>
public static class VismaResponseExtensions
{
    /// <summary>
    /// Reads why an API refused the token: <c>invalid_token</c>, or <c>insufficient_scope</c> with the scope it needs (RFC 6750 section 3).
    /// </summary>
    /// <param name="response">A response with status 401 or 403.</param>
    /// <returns>The challenge, or null if the response has none for bearer tokens.</returns>
    public static BearerChallenge? GetBearerChallenge(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return BearerChallenge.From(response);
    }
}
