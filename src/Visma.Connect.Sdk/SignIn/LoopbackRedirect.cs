using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>A redirect URI that leads back to this machine (RFC 8252 section 7.3), as it was registered.</summary>
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

    /// <summary>Where to listen: for <c>localhost</c> on both, because a browser may take either.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <exception cref="InvalidOperationException">It leads elsewhere, or there is none.</exception>
    public static LoopbackRedirect Of(string client, string? redirectUri) =>
        Read(redirectUri, "127.0.0.1", IPAddress.Loopback)
        ?? Read(redirectUri, "[::1]", IPAddress.IPv6Loopback)
        ?? Read(redirectUri, "localhost", IPAddress.Loopback, IPAddress.IPv6Loopback)
        ?? throw new InvalidOperationException(
            $"The RedirectUri of client '{client}' {(redirectUri is null ? "is missing" : $"is '{VisibleText.Of(redirectUri)}'")}, and a sign-in in the browser needs one that "
            + "leads back to this machine: http://127.0.0.1, http://[::1] or http://localhost, with a port and a path of your choice. Register it for the application in "
            + "the Visma Developer Portal, and write it in the client's settings exactly as there.");

    /// <summary>The same at a port; byte for byte as registered where that is its own.</summary>
    public string WithPort(int port)
    {
        if (port == Port)
        {
            return _registered;
        }

        int path = _registered.IndexOfAny(['/', '?'], _beforePort.Length);
        return FormattableString.Invariant($"{_beforePort}:{port}{(path < 0 ? "" : _registered.Substring(path))}");
    }

    /// <summary>The address as it was registered.</summary>
    public override string ToString() => _registered;

    // Only hosts as a browser writes them, so that the Host header can be compared.
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
