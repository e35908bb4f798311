namespace Visma.Connect.Sdk;

/// <summary>Connections that have ended together. Their user has to connect them again.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Reauthorization
{
    /// <summary>Creates a notice, for the unit tests of an application.</summary>
    /// <param name="connections">The connections: at least one.</param>
    /// <param name="likelyCause">The likely cause.</param>
    /// <exception cref="ArgumentException">There is no connection.</exception>
    public Reauthorization(IReadOnlyList<VismaConnection> connections, ReauthorizationCause likelyCause = ReauthorizationCause.Unknown)
    {
        ArgumentNullException.ThrowIfNull(connections);
        Connections = connections.Count > 0 ? connections : throw new ArgumentException("There is no connection.", nameof(connections));
        LikelyCause = likelyCause;
    }

    /// <summary>
    /// The connections: at least one. If the server refused a refresh token, they are all ended connections of the same user and client id. The first
    /// one is the connection whose end was detected first.
    /// </summary>
    public IReadOnlyList<VismaConnection> Connections { get; }

    /// <summary>Why they probably ended. For the text of a message to the user or to an administrator.</summary>
    public ReauthorizationCause LikelyCause { get; }

    /// <summary>Returns the cause and the keys of the connections.</summary>
    public override string ToString() => $"{LikelyCause}: {string.Join(", ", Connections.Select(connection => connection.Key))}";
}
