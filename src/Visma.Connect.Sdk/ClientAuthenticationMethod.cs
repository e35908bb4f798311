namespace Visma.Connect.Sdk;

/// <summary>How a client authenticates at an identity server (RFC 6749 section 2.3.1). Each request uses exactly one method.</summary>
public enum ClientAuthenticationMethod
{
    /// <summary><c>client_id</c> and <c>client_secret</c> in the form. Visma Connect documents this method for its token endpoint.</summary>
    ClientSecretPost,

    /// <summary>HTTP Basic. Client id and secret are form-url-encoded first, as RFC 6749 requires.</summary>
    ClientSecretBasic,

    /// <summary>HTTP Basic without this encoding, for a server that does not decode it.</summary>
    ClientSecretBasicRaw,
}
