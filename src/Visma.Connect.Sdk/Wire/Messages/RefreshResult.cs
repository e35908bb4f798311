namespace Visma.Connect.Sdk;

/// <summary>What one presentation of a refresh token came to: what is known about the token decides what may be done next.</summary>
internal enum RefreshResult
{
    /// <summary>Exchanged, with a usable reply.</summary>
    Exchanged,

    /// <summary>Exchanged; of the reply only the new refresh token is any good.</summary>
    Salvaged,

    /// <summary>Surely not exchanged: it never arrived, or the server said so.</summary>
    NotExchanged,

    /// <summary>The server wants another client secret; the token is untouched.</summary>
    SecretRefused,

    /// <summary>Sent, and no usable answer: it may have been exchanged.</summary>
    Unknown,

    /// <summary><c>invalid_grant</c>: the token is spent, revoked or expired.</summary>
    Refused,
}
