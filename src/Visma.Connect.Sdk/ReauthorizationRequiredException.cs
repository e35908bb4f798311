namespace Visma.Connect.Sdk;

/// <summary>
/// There is no token, and the library cannot get one: a user has to consent, for the first time or again. Send the user to the address that
/// <c>VismaConnections.Begin</c> returns.
/// </summary>
/// <remarks>The library sends no further request for this connection until the user has consented.</remarks>
public sealed class ReauthorizationRequiredException : VismaConnectException
{
    /// <summary>Creates the exception without a message.</summary>
    public ReauthorizationRequiredException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Which connection it is, and why the user has to consent. It must not contain a secret.</param>
    public ReauthorizationRequiredException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Which connection it is, and why the user has to consent. It must not contain a secret.</param>
    /// <param name="innerException">The cause.</param>
    public ReauthorizationRequiredException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The connection. Null if it is not known.</summary>
    public TokenKey? Key { get; set; }

    /// <summary>Why the connection ended, with the evidence. Null if the user never connected.</summary>
    public string? Reason { get; set; }

    /// <summary>When the connection ended. Null if the user never connected.</summary>
    public DateTimeOffset? Since { get; set; }

    private ReauthorizationRequiredException(string fact, VismaRemedy remedy)
        : base(fact, remedy, innerException: null)
    {
    }

    internal static ReauthorizationRequiredException NotConnected(TokenKey key) =>
        new($"{Named(key)} does not exist: the user has not connected, or was disconnected.", LocalCauses.ConnectAgain.Remedy) { Key = key };

    private static string Named(TokenKey key) => $"Connection '{VisibleText.Of(key.Connection ?? "")}' of client '{key.Client}'";

    internal static ReauthorizationRequiredException Of(TokenKey key, string reason, DateTimeOffset? since) => new(
        FormattableString.Invariant($"{Named(key)} has ended{(since is { } at ? $" ({at:u})" : "")}: {reason}"),
        LocalCauses.ConnectAgain.Remedy)
    {
        Key = key,
        Reason = reason,
        Since = since,
        Error = "invalid_grant",
    };
}
