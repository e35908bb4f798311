namespace Visma.Connect.Sdk;

/// <summary>
/// A stored entry cannot be read: the settings do not have the key that encrypted it, it was moved or damaged, or a newer version of the
/// library wrote it. The entry of a user's connection is left unchanged, and the user does not have to consent again: with the right settings
/// it works as before. A service token is replaced.
/// </summary>
/// <remarks>The exception concerns this one entry. To remove the entry, use <see cref="VismaConnections.DisconnectAsync"/>.</remarks>
public sealed class UnreadableEntryException : VismaConnectException
{
    /// <summary>Creates the exception without a message.</summary>
    public UnreadableEntryException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which entry it is, why it cannot be read, and what to do. It must not contain a secret.</param>
    public UnreadableEntryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which entry it is, why it cannot be read, and what to do. It must not contain a secret.</param>
    /// <param name="innerException">The cause.</param>
    public UnreadableEntryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The key of the entry. Null if it is not known.</summary>
    public TokenKey? Key { get; set; }

    /// <summary>The stored version, which the removal of the entry needs. A token cache sets it. Null if it is not known.</summary>
    public string? Version { get; set; }

    internal static UnreadableEntryException Of(TokenKey key, string version, string reason, KnownCause known, Exception? cause = null) =>
        new($"The stored entry of {key} cannot be read: {reason}", known.Remedy, cause)
        {
            Key = key,
            Version = version,
        };

    private UnreadableEntryException(string fact, VismaRemedy remedy, Exception? innerException)
        : base(fact, remedy, innerException)
    {
    }
}
