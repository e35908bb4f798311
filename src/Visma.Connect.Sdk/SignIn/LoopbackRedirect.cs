using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>A redirect URI with a loopback address (RFC 8252 section 7.3), exactly as it was registered.</summary>
internal sealed class LoopbackRedirect
{
    private readonly string _beforePort;
    private readonly string _registered;

    private LoopbackRedirect(string beforePort, string registered, int port, IReadOnlyList<IPAddress> addresses)
    {
        _beforePort = beforePort;
        _registered = registered;
        Port = port;
        Addresses = addresses;
    }

    public int Port { get; }

    /// <summary>The addresses to listen on. For <c>localhost</c> these are both, because a browser can use either.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <exception cref="InvalidOperationException">The redirect URI is missing, or not a loopback address.</exception>
    public static LoopbackRedirect Of(string client, string? redirectUri) =>
        Read(redirectUri, "127.0.0.1", IPAddress.Loopback)
        ?? Read(redirectUri, "[::1]", IPAddress.IPv6Loopback)
        ?? Read(redirectUri, "localhost", IPAddress.Loopback, IPAddress.IPv6Loopback)
        ?? throw new InvalidOperationException(
            $"The RedirectUri of client '{client}' {(redirectUri is null ? "is missing" : $"is '{VisibleText.Of(redirectUri)}'")}, and a sign-in in the "
                + "browser needs a "
            + "loopback address: http://127.0.0.1, http://[::1] or http://localhost, with a port and a path of your choice. Register it "
            + "for the application, and write it in the client's settings exactly as it is registered.");

    /// <summary>Returns the redirect URI with another port. With its own port, it is byte for byte as registered.</summary>
    public string WithPort(int port)
    {
        if (port == Port)
        {
            return _registered;
        }

        int path = _registered.IndexOfAny(['/', '?'], _beforePort.Length);
        return FormattableString.Invariant($"{_beforePort}:{port}{(path < 0 ? "" : _registered.Substring(path))}");
    }

    /// <summary>Returns the redirect URI, exactly as it was registered.</summary>
    public override string ToString() => _registered;

    // Accepts a host only in the spelling of browsers, so that it can be compared with the Host header.
    private static LoopbackRedirect? Read(string? redirectUri, string host, params IPAddress[] addresses)
    {
        string beforePort = "http://" + host;
        return redirectUri?.StartsWith(beforePort, StringComparison.OrdinalIgnoreCase) == true
            && ClientFaults.IsRedirectUri(redirectUri)
            && new Uri(redirectUri) is { Port: > 0 } uri
            && uri.Host == host
                ? new LoopbackRedirect(redirectUri.Substring(0, beforePort.Length), redirectUri, uri.Port, addresses)
                : null;
    }
}
