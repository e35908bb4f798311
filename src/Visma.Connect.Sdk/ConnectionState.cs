namespace Visma.Connect.Sdk;

/// <summary>Whether a user connection works.</summary>
public enum ConnectionState
{
    /// <summary>Tokens are renewed as they are needed.</summary>
    Active,

    /// <summary>It cannot be renewed any more: the user has to connect again. Until then the server is left alone.</summary>
    ReauthorizationRequired,

    /// <summary>
    /// What is stored cannot be read, for want of the key that encrypted it, say: a matter of settings, and not the user's. Only in what is
    /// shown; nothing is stored in this state.
    /// </summary>
    Unreadable,
}
