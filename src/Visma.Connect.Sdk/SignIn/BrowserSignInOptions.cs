namespace Visma.Connect.Sdk;

/// <summary>How a user signs in by <see cref="BrowserSignIn"/>; every part is optional.</summary>
public sealed class BrowserSignInOptions
{
    /// <summary>How to ask for the consent; as the client's settings say when null.</summary>
    public AuthorizationRequestOptions? Authorization { get; set; }

    /// <summary>
    /// Whether the operating system chooses the port, instead of the one in the redirect URI (RFC 8252 section 7.3): then it is never taken.
    /// Default: no, because the server has to allow it. Scheme, host and path are sent as registered.
    /// </summary>
    public bool UseAnyPort { get; set; }

    /// <summary>How long the user may take in the browser. Default: 5 minutes; at most an hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Opens the address, where that is not to be done by the browser of the system: shows it to be opened by hand, or takes a certain
    /// browser. Not an embedded one (RFC 8252 section 8.12). What it throws ends the sign-in; its token is cancelled when the wait ends without an answer.
    /// </summary>
    /// <remarks>The address belongs to this sign-in alone: keep it out of logs.</remarks>
    public Func<Uri, CancellationToken, Task>? OpenBrowser { get; set; }

    /// <summary>What the browser shows once the user is connected: plain text. Null, the default: a sentence in English.</summary>
    public string? SuccessText { get; set; }

    /// <summary>What the browser shows when nothing came of it, also because the user said no: plain text. Null, the default: a sentence in English.</summary>
    public string? FailureText { get; set; }
}
