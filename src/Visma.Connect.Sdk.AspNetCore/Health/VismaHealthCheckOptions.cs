using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Visma.Connect.Sdk;

/// <summary>The settings of <c>AddHealthCheck</c>: what each finding means, and how much work a check is.</summary>
/// <remarks>They are set while the application starts, and are not changed after that.</remarks>
public sealed class VismaHealthCheckOptions
{
    /// <summary>What a token cache that cannot be read means. Default: unhealthy, because no connection works without it.</summary>
    public HealthStatus WhenTokenCacheFails { get; set; } = HealthStatus.Unhealthy;

    /// <summary>
    /// What an identity server that does not answer means. Default: degraded, because tokens in memory are used until they expire, and another process is not
    /// better off.
    /// </summary>
    public HealthStatus WhenServerFails { get; set; } = HealthStatus.Degraded;

    /// <summary>What an open circuit breaker means (<see cref="VismaIdentityServer.IsHeldBack"/>). Default: degraded.</summary>
    public HealthStatus WhenHeldBack { get; set; } = HealthStatus.Degraded;

    /// <summary>What connections mean that cannot be read, because this process lacks a key of the token cache. Default: degraded.</summary>
    public HealthStatus WhenUnreadable { get; set; } = HealthStatus.Degraded;

    /// <summary>
    /// What connections mean whose user has to connect again. Default: healthy, because with many customers there are always some; their number is in the
    /// data of the check.
    /// </summary>
    public HealthStatus WhenReauthorizationRequired { get; set; } = HealthStatus.Healthy;

    /// <summary>Whether the identity servers are asked, with a request that needs no credentials. Default: true.</summary>
    public bool CheckServers { get; set; } = true;

    /// <summary>Whether connections are counted. Default: true.</summary>
    public bool CheckConnections { get; set; } = true;

    /// <summary>How many connections are read at most. Default: 10,000. Of more, the first ones in the order of the token cache are read.</summary>
    public int MostConnections { get; set; } = 10_000;

    /// <summary>How long the answers of the servers and the figures of the connections are used again. Default: one minute.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long each part of a check may take. Default: 5 seconds.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the data names connections that need a person, 20 at most. The names are those of the application, and often say who a customer is. Default:
    /// false.
    /// </summary>
    public bool IncludeNames { get; set; }
}
