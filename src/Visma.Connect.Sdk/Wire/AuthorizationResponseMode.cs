namespace Visma.Connect.Sdk;

/// <summary>How the answer to an authorization request comes back to the redirect URI.</summary>
public enum AuthorizationResponseMode
{
    /// <summary>In the query of a GET (RFC 6749 section 4.1.2). The default.</summary>
    Query,

    /// <summary>
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode), so that the code stays out of addresses and logs. It is a
    /// cross-site POST: a cookie that is to come along has to be <c>SameSite=None; Secure</c>.
    /// </summary>
    FormPost,
}
