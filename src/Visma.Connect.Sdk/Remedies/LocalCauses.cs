namespace Visma.Connect.Sdk;

/// <summary>Troubles between the library and a server or a store, and what to do.</summary>
internal static class LocalCauses
{
    public static readonly KnownCause Network = new(
        "no connection, or a connection that fails",
        new VismaRemedy("network", "Check network, DNS, proxy and firewall."));

    public static readonly KnownCause Certificates = new(
        "TLS fails",
        new VismaRemedy("certificates", "Check the trusted certificates of this machine, and whether a proxy inspects its traffic."));

    public static readonly KnownCause PageOfGateway = new(
        "an HTML or XML page with status 200 instead of the reply of an identity server",
        new VismaRemedy(
            "page-of-a-gateway",
            "Try again later. If it goes on, check the endpoints of the authority in the settings, and whether a proxy answers in place of the server.",
            "A gateway in front of the server answered, usually during maintenance; or the address is not the address of this endpoint."));

    public static readonly KnownCause Discovery = new(
        "the discovery document of an authority cannot be read, or is of another issuer",
        new VismaRemedy(
            "discovery",
            "Check BaseAddress, Issuer and DiscoveryEndpoint of the authority in the settings; or set its endpoints there, and remove Discover."));

    public static readonly KnownCause TokenCache = new(
        "the token cache fails, or loses what it has saved",
        new VismaRemedy("token-cache", "Check the token cache."));

    public static readonly KnownCause CodeNotSent = new(
        "the token cache fails before a code is exchanged",
        new VismaRemedy("code-not-sent", "Check the token cache, and complete the consent again with the same response: its code was not sent."));

    public static readonly KnownCause CompletionGoesOn = new(
        "a consent is not completed within a minute",
        new VismaRemedy(
            "completion-goes-on",
            "Check the token cache. To go on waiting, complete the consent again with the same response; or look for the connection with FindAsync."));

    public static readonly KnownCause ConnectAgain = new(
        "there is no connection, or it has ended",
        new VismaRemedy("connect-again", "Send the user to the address of VismaConnections.Begin."));

    public static readonly KnownCause BeginAgain = new(
        "a response that does not belong to the consent, or cannot be completed",
        new VismaRemedy("begin-again", "Have the user begin again."));

    public static readonly KnownCause OtherProcess = new(
        "the host stops while another process completes a consent",
        new VismaRemedy("other-process", "Look for the connection in another process."));

    public static readonly KnownCause StoredRequest = new(
        "a stored authorization request is damaged",
        new VismaRemedy("stored-request", "Store the text that ToJson returned, unchanged; the user has to begin again."));

    public static readonly KnownCause NoStoredRequest = new(
        "a callback without a stored authorization request",
        new VismaRemedy(
            "no-stored-request",
            "Store the text that ToJson returned before the browser leaves, and read it in the same browser's session; the user has to begin again.",
            "The session has ended, or its cookie did not come back: a callback by form_post needs a cookie with SameSite=None and Secure. Or the "
            + "callback was opened twice, or in another browser."));

    public static readonly KnownCause ExportAgain = new(
        "an export meets connections that are being renewed",
        new VismaRemedy("export-again", "Request the tokens of these connections, and export again."));

    public static readonly KnownCause NoBrowser = new(
        "the system has no browser, or cannot open it",
        new VismaRemedy(
            "no-browser",
            "Show the address to the user, to open it in a browser on this machine: BrowserSignInOptions.OpenBrowser receives it."));

    public static readonly KnownCause PortTaken = new(
        "the port of the redirect URI is in use",
        new VismaRemedy("port-taken", $"Close the program that uses it, perhaps another sign-in of this program; {OtherPort}"));

    public static readonly KnownCause PortRefused = new(
        "the system refuses the port of the redirect URI",
        new VismaRemedy("port-refused", $"Use a port above 1023, and an address of this machine; {OtherPort}"));

    public static readonly KnownCause EntryChanged = new(
        "a stored entry was moved or damaged",
        new VismaRemedy("entry-changed", "The storage was changed from outside the library: restore it."));

    public static readonly KnownCause EntryIsNewer = new(
        "a stored entry is of a newer version of the library",
        new VismaRemedy("entry-is-newer", "Use the version of the library that wrote it, or a newer one."));

    public static readonly KnownCause EntryNotEncrypted = new(
        "a stored entry is not encrypted, and only encrypted entries are accepted",
        new VismaRemedy(
            "entry-not-encrypted",
            "If it was stored before there was a protector, set AllowUnprotectedTokens to true until ReprotectAsync has run."));

    public static readonly KnownCause EntryKeyMissing = new(
        "the key of a stored entry is not in the settings",
        new VismaRemedy(
            "entry-key-missing",
            "Configure this process with the same keys as the others: TokenProtection:Keys in the settings, the key ring of Data Protection, or your "
            + "ITokenProtector."));

    private const string OtherPort = "register a redirect URI with another port; or, if the server allows it, set BrowserSignInOptions.UseAnyPort.";

    public static IReadOnlyList<KnownCause> All { get; } =
        [Network, Certificates, PageOfGateway, Discovery, TokenCache, CodeNotSent, CompletionGoesOn, ConnectAgain, BeginAgain, OtherProcess, StoredRequest,
        NoStoredRequest, ExportAgain, NoBrowser, PortTaken, PortRefused, EntryChanged, EntryIsNewer, EntryNotEncrypted, EntryKeyMissing];
}
