namespace Visma.Connect.Sdk;

/// <summary>What is known about a refresh token after it was sent once. It decides what may be done next.</summary>
internal enum RefreshResult
{
    /// <summary>It was exchanged, and the reply is usable.</summary>
    Exchanged,

    /// <summary>It was exchanged. In the reply, only the new refresh token is usable.</summary>
    Salvaged,

    /// <summary>It was certainly not exchanged: it did not arrive, or the server said so.</summary>
    NotExchanged,

    /// <summary>The server refused the client secret. The refresh token was not exchanged.</summary>
    SecretRefused,

    /// <summary>It was sent, but the reply was lost or is unusable: it may have been exchanged.</summary>
    Unknown,

    /// <summary><c>invalid_grant</c>: the token was used before, revoked, or has expired.</summary>
    Refused,
}
