namespace Visma.Connect.Sdk;

/// <summary>
/// There is an entry, and it cannot be read: the key that encrypts it is not in the settings, it was moved or damaged, or a newer version
/// of the library wrote it. Nothing is done to that of a user connection, and nobody is asked to consent again: with the right settings it
/// works as before. A service token is replaced.
/// </summary>
/// <remarks>Concerns this one entry. To give it up for good, use <see cref="VismaConnections.DisconnectAsync"/>.</remarks>
public sealed class UnreadableEntryException : VismaConnectException
{
    /// <summary>Creates the exception without a message.</summary>
    public UnreadableEntryException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which entry, why, and what to do. No secret.</param>
    public UnreadableEntryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which entry, why, and what to do. No secret.</param>
    /// <param name="innerException">The cause.</param>
    public UnreadableEntryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whose entry; null when it is not known.</summary>
    public TokenKey? Key { get; init; }

    /// <summary>The version that is stored, by which it can be removed: a cache names it. Null when it is not known.</summary>
    public string? Version { get; init; }

    internal static UnreadableEntryException Of(TokenKey key, string version, string reason, string remedy, Exception? cause = null) =>
        new($"The stored entry of {key} cannot be read: {reason} {remedy}", cause)
        {
            Key = key,
            Version = version,
            Remedy = remedy,
        };
}
