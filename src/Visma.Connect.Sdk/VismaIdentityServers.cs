namespace Visma.Connect.Sdk;

/// <summary>
/// The identity servers that the clients of the settings use, for a health check or a page for operators. Asking sends nothing.
/// </summary>
/// <remarks>Thread-safe. The container has one instance, a singleton. Unit tests can replace it: every member is virtual.</remarks>
public class VismaIdentityServers
{
    // Null in a mock, which overrides the method that uses them.
    private readonly LiveSettings _settings = null!;
    private readonly ClientDirectory _clients = null!;
    private readonly ServerCircuits _circuits = null!;

    internal VismaIdentityServers(LiveSettings settings, ClientDirectory clients, ServerCircuits circuits)
    {
        _settings = settings;
        _clients = clients;
        _circuits = circuits;
    }

    /// <summary>
    /// Only for a derived class, such as a mock in a unit test. It must override the methods that are called: in this class they do not work after
    /// this constructor.
    /// </summary>
    protected VismaIdentityServers()
    {
    }

    /// <summary>Returns the servers. One whose endpoints are not known yet (<see cref="VismaAuthorityOptions.Discover"/>) is left out.</summary>
    /// <returns>The servers, in the order of their names.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are wrong, and were never valid.</exception>
    public virtual IReadOnlyList<VismaIdentityServer> List() =>
    [
        .. _settings.Current.Clients.Keys
            .Select(_clients.Find)
            .Where(client => client.Authority.HasTokenEndpoint)
            .GroupBy(client => client.Authority)
            .OrderBy(server => server.Key.Name, StringComparer.Ordinal)
            .Select(server => new VismaIdentityServer(
                server.Key,
                [.. server.Select(client => client.Name).OrderBy(name => name, StringComparer.Ordinal)],
                _circuits.Find(server.Key) is { IsOpen: true })),
    ];
}
