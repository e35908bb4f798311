namespace Visma.Connect.Sdk;

/// <summary>Whether a user's connection works.</summary>
public enum ConnectionState
{
    /// <summary>It works: the library renews its tokens when they are needed.</summary>
    Active,

    /// <summary>It has ended: the user has to connect again. Until then the library sends no request for it.</summary>
    ReauthorizationRequired,

    /// <summary>
    /// The stored entry cannot be read, for example because the settings do not have the key that encrypted it. Correct the settings; the user
    /// does not have to do anything. This state is never stored.
    /// </summary>
    Unreadable,
}
