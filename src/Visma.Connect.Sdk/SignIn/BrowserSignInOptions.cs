namespace Visma.Connect.Sdk;

/// <summary>Options of a sign-in with <see cref="BrowserSignIn"/>. All of them are optional.</summary>
public sealed class BrowserSignInOptions
{
    /// <summary>How to ask for the consent. Default: null, as the client's settings say.</summary>
    public AuthorizationRequestOptions? Authorization { get; set; }

    /// <summary>
    /// Whether the operating system chooses a free port, instead of the port in the redirect URI (RFC 8252 section 7.3). Scheme, host and path are sent
    /// as registered. Default: false, because the server must allow it.
    /// </summary>
    public bool UseAnyPort { get; set; }

    /// <summary>How long to wait for the user to finish in the browser. Default: 5 minutes. Maximum: 1 hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Opens the address of the sign-in, instead of the browser of the system: for example it shows the address to the user, or starts a certain browser.
    /// Default: null, the browser of the system.
    /// </summary>
    /// <remarks>
    /// Do not use an embedded browser (RFC 8252 section 8.12), and do not log the address: it belongs to this sign-in alone. An exception ends the
    /// sign-in. The <see cref="CancellationToken"/> is cancelled if the wait ends without a response.
    /// </remarks>
    public Func<Uri, CancellationToken, Task>? OpenBrowser { get; set; }

    /// <summary>The text that the browser shows when the user is connected. Plain text, not HTML. Default: null, a sentence in English.</summary>
    public string? SuccessText { get; set; }

    /// <summary>
    /// The text that the browser shows when the sign-in failed, also when the user declined. Plain text, not HTML. Default: null, a sentence in
    /// English.
    /// </summary>
    public string? FailureText { get; set; }
}
