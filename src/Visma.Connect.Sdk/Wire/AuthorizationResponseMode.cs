namespace Visma.Connect.Sdk;

/// <summary>How the authorization response is sent to the redirect URI.</summary>
public enum AuthorizationResponseMode
{
    /// <summary>In the query of a GET request (RFC 6749 section 4.1.2). The default.</summary>
    Query,

    /// <summary>
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode), so that the code is not part of an address or a log. It is a
    /// cross-site POST: the browser sends a cookie with it only if the cookie is <c>SameSite=None; Secure</c>.
    /// </summary>
    FormPost,
}
