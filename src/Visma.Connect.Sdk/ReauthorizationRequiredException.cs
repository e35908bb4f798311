namespace Visma.Connect.Sdk;

/// <summary>
/// There is no token, and no machine can get one: a person has to consent, for the first time or again. Send the user to the address of
/// <c>VismaConnections.Begin</c>.
/// </summary>
/// <remarks>The server is not asked again until the user has connected.</remarks>
public sealed class ReauthorizationRequiredException : VismaConnectException
{
    /// <summary>Creates the exception without a message.</summary>
    public ReauthorizationRequiredException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">Who has to connect again, and why. No secret.</param>
    public ReauthorizationRequiredException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    /// <param name="message">Who has to connect again, and why. No secret.</param>
    /// <param name="innerException">The cause.</param>
    public ReauthorizationRequiredException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The connection; null when it is not known.</summary>
    public TokenKey? Key { get; init; }

    /// <summary>Why, with the evidence; null when the user never connected.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when; null when the user never connected.</summary>
    public DateTimeOffset? Since { get; init; }

    internal static ReauthorizationRequiredException NotConnected(TokenKey key)
    {
        const string Remedy = "Send the user to the address of VismaConnections.Begin.";
        return new ReauthorizationRequiredException($"{Named(key)} does not exist: the user has not connected, or was disconnected. {Remedy}") { Key = key, Remedy = Remedy };
    }

    private static string Named(TokenKey key) => $"Connection '{VisibleText.Of(key.Connection ?? "")}' of client '{key.Client}'";

    internal static ReauthorizationRequiredException Of(TokenKey key, string reason, DateTimeOffset? since)
    {
        const string Remedy = "Send the user to the address of VismaConnections.Begin, to connect again.";
        return new ReauthorizationRequiredException(
            FormattableString.Invariant($"{Named(key)} has ended{(since is { } at ? $" ({at:u})" : "")}: {reason} {Remedy}"))
        {
            Key = key,
            Reason = reason,
            Since = since,
            Error = "invalid_grant",
            Remedy = Remedy,
        };
    }
}
