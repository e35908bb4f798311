using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>
/// The proxy of the system for every address but those on this machine. The variable <c>http_proxy</c> has no such exception, and over plain http a proxy
/// would see tokens and secrets.
/// </summary>
/// <param name="system">The proxy of the system, which can change.</param>
/// <param name="credentials">The credentials for it.</param>
internal sealed class ProxyBesidesLoopback(Func<IWebProxy?> system, ICredentials? credentials) : IWebProxy
{
    private ICredentials? _credentials = credentials;

    public ICredentials? Credentials
    {
        get => _credentials ?? system()?.Credentials;
        set => _credentials = value;
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : system()?.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || system()?.IsBypassed(host) != false;
}
