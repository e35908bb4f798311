namespace Visma.Connect.Sdk;

/// <summary>Whether a user connection works.</summary>
public enum ConnectionState
{
    /// <summary>Tokens are renewed as they are needed.</summary>
    Active,

    /// <summary>It cannot be renewed any more: the user has to connect again. Until then the server is left alone.</summary>
    ReauthorizationRequired,
}
