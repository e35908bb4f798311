namespace Visma.Connect.Sdk;

/// <summary>How a client proves who it is to an identity server (RFC 6749 section 2.3.1). Always by exactly one of these.</summary>
public enum ClientAuthenticationMethod
{
    /// <summary><c>client_id</c> and <c>client_secret</c> in the form. What Visma Connect documents for its token endpoint; nothing to encode wrongly.</summary>
    ClientSecretPost,

    /// <summary>HTTP Basic, both parts form-url-encoded first as RFC 6749 asks.</summary>
    ClientSecretBasic,

    /// <summary>HTTP Basic with both parts as they are, for a server that does not decode them.</summary>
    ClientSecretBasicRaw,
}
