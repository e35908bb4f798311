namespace Visma.Connect.Sdk;

/// <summary>An identity server that clients of the settings use, as this process sees it.</summary>
/// <remarks>Immutable and thread-safe: a description of the moment it was read.</remarks>
public sealed class VismaIdentityServer
{
    /// <summary>Creates a description, for the unit tests of an application.</summary>
    /// <param name="authority">The server as data.</param>
    /// <param name="clients">The names of the clients that use it.</param>
    /// <param name="isHeldBack">Whether requests for service tokens fail at once.</param>
    public VismaIdentityServer(VismaAuthority authority, IReadOnlyList<string> clients, bool isHeldBack = false)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(clients);
        Authority = authority;
        Clients = clients;
        IsHeldBack = isHeldBack;
    }

    /// <summary>The server as data.</summary>
    public VismaAuthority Authority { get; }

    /// <summary>The names of the clients that use it.</summary>
    public IReadOnlyList<string> Clients { get; }

    /// <summary>
    /// Whether the circuit breaker of this process is open: the server gave no usable answers, so requests for service tokens fail at once, except for one
    /// that tries the server from time to time.
    /// </summary>
    public bool IsHeldBack { get; }

    /// <summary>Returns the name of the authority, and whether it is held back.</summary>
    public override string ToString() => IsHeldBack ? $"{Authority.Name}, held back" : Authority.Name;
}
