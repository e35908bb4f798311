using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Visma.Connect.Sdk;

/// <summary>Checks the token cache, the identity servers and the connections. What costs a request or a listing is remembered for a while.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class VismaHealthCheck : IHealthCheck
{
    // Nothing is stored under it: the health check only reads.
    private static readonly TokenKey Reserved = TokenKey.ForClient("visma-connect health check");

    private readonly ITokenCache _cache;
    private readonly VismaIdentityServers _servers;
    private readonly VismaHealthCheckOptions _options;
    private readonly TimeProvider _time;
    private readonly Remembered<IReadOnlyDictionary<string, string?>> _answers;
    private readonly Remembered<ConnectionFigures?> _figures;

    public VismaHealthCheck(IServiceProvider services, VismaHealthCheckOptions options)
    {
        _cache = services.GetRequiredService<ITokenCache>();
        _servers = services.GetRequiredService<VismaIdentityServers>();
        _time = services.GetRequiredService<TimeProvider>();
        _options = options;
        ServerProbe probe = new(services.GetRequiredService<IHttpClientFactory>(), options.TimeLimit, _time);
        VismaConnections connections = services.GetRequiredService<VismaConnections>();
        _answers = new(() => AskAsync(probe), options.CheckEvery, _time);
        _figures = new(() => CountAsync(connections), options.CheckEvery, _time);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal);
        List<Finding> findings =
        [
            await TokenCacheAsync(data).ConfigureAwait(false),
            .. await ServersAsync(data).WaitAsync(cancellationToken).ConfigureAwait(false),
            .. await ConnectionsAsync(data).WaitAsync(cancellationToken).ConfigureAwait(false),
        ];
        string description = string.Join(' ', findings.Select(finding => finding.Text).Where(text => text.Length > 0));
        return new HealthCheckResult(findings.Min(finding => finding.Status), description.Length > 0 ? description : null, exception: null, data);
    }

    private async Task<Finding> TokenCacheAsync(Dictionary<string, object> data)
    {
        using CancellationTokenSource timeout = new(_options.TimeLimit, _time);
        try
        {
            await Task.Run(() => _cache.GetAsync(Reserved, timeout.Token).AsTask(), timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
            data["tokenCache"] = "ok";
            return new Finding(HealthStatus.Healthy, "");
        }
        catch (Exception failure)
        {
            // The message of a database can name its host and its user.
            data["tokenCache"] = "failed";
            return new Finding(_options.WhenTokenCacheFails, $"The token cache cannot be read ({failure.GetType().Name}).");
        }
    }

    private async Task<IReadOnlyList<Finding>> ServersAsync(Dictionary<string, object> data)
    {
        IReadOnlyDictionary<string, string?> answers = _options.CheckServers
            ? await _answers.GetAsync().ConfigureAwait(false)
            : new Dictionary<string, string?>();
        List<Finding> findings = [];
        foreach (VismaIdentityServer server in _servers.List())
        {
            string name = server.Authority.Name;
            string? fault = answers.GetValueOrDefault(name);
            if (fault is not null)
            {
                findings.Add(new Finding(_options.WhenServerFails, $"{name} {fault}."));
            }

            if (server.IsHeldBack)
            {
                findings.Add(new Finding(_options.WhenHeldBack, $"Requests for service tokens to {name} are held back."));
            }

            data[$"server.{name}"] = server.IsHeldBack ? "held back" : fault ?? (answers.ContainsKey(name) ? "ok" : "not asked");
        }

        return findings;
    }

    private async Task<IReadOnlyList<Finding>> ConnectionsAsync(Dictionary<string, object> data)
    {
        if (!_options.CheckConnections || await _figures.GetAsync().ConfigureAwait(false) is not { } figures)
        {
            return [];
        }

        data["connections"] = figures.Total;
        data["connections.complete"] = figures.IsComplete;
        data["connections.reauthorizationRequired"] = figures.ReauthorizationRequired;
        data["connections.unreadable"] = figures.Unreadable;
        if (_options.IncludeNames)
        {
            data["connections.names"] = figures.Names.ToArray();
        }

        return
        [
            figures.ReauthorizationRequired == 0
                ? new Finding(HealthStatus.Healthy, "")
                : new Finding(_options.WhenReauthorizationRequired, $"{figures.ReauthorizationRequired} connections need their user to connect again."),
            figures.Unreadable == 0
                ? new Finding(HealthStatus.Healthy, "")
                : new Finding(_options.WhenUnreadable, $"{figures.Unreadable} connections cannot be read: a key of the token cache is missing here."),
        ];
    }

    private async Task<IReadOnlyDictionary<string, string?>> AskAsync(ServerProbe probe)
    {
        IEnumerable<Task<(string Name, string? Fault)>> asked = _servers.List()
            .Select(async server => (server.Authority.Name, await probe.FaultOfAsync(server.Authority).ConfigureAwait(false)));
        return (await Task.WhenAll(asked).ConfigureAwait(false)).ToDictionary(answer => answer.Name, answer => answer.Fault, StringComparer.Ordinal);
    }

    // Null if the cache fails: that is a finding of its own.
    private async Task<ConnectionFigures?> CountAsync(VismaConnections connections)
    {
        using CancellationTokenSource timeout = new(_options.TimeLimit, _time);
        try
        {
            return await ConnectionFigures.CountAsync(connections, _options.MostConnections, timeout.Token).WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
