namespace Visma.Connect.Sdk;

/// <summary>
/// What happens when an identity server is slow, busy or down: which requests are repeated, and when requests stop for a while. See
/// docs/resilience.md.
/// </summary>
/// <remarks>
/// Only requests that may be repeated without harm are repeated: client credentials, discovery and keys, userinfo, revocation, introspection
/// and the list of VNI companies. An authorization code or a refresh token is never sent again because of these settings.
/// </remarks>
public sealed class TokenRequestOptions
{
    /// <summary>
    /// Whether requests are repeated, and whether the circuit breaker works. If false, each request is sent once. A pause that the server asks
    /// for (<c>Retry-After</c>) and the pause after failures of one token are kept. Default: true.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How often a request is repeated after 408, 429, 5xx, a network failure or half a reply, within the time limit of the request
    /// (<see cref="VismaClientOptions.TokenRequestTimeout"/>), which includes all waits. Default: 2. From 0 to 10.
    /// </summary>
    public int Retries { get; set; } = 2;

    /// <summary>
    /// The mean wait before the first repeat, if the server sent no <c>Retry-After</c>. It doubles with each repeat, and is random
    /// around its mean. Default: 200 milliseconds. More than zero, at most <see cref="LongestDelay"/>.
    /// </summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before a repeat, if the server sent no <c>Retry-After</c>. Default: 5 seconds. At most one minute.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The circuit breaker of an identity server opens if at least this many requests for service tokens ended within
    /// <see cref="CircuitSampling"/>, and at least 90 % of them failed because of the server or the network. One token fails at most eight
    /// times a minute, so one tenant alone does not open it. Default: 20. From 10 to 1,000.
    /// </summary>
    public int CircuitMinimumRequests { get; set; } = 20;

    /// <summary>The time over which the circuit breaker counts requests. Default: 30 seconds. From 1 second to one minute.</summary>
    public TimeSpan CircuitSampling { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the circuit breaker stays open: requests for service tokens fail at once, with the last error. Then one request is sent, and
    /// its outcome closes the circuit breaker or opens it again. Default: 10 seconds. From 1 second to 5 minutes.
    /// </summary>
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromSeconds(10);
}
