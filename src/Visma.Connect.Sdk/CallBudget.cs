namespace Visma.Connect.Sdk;

/// <summary>A budget of calls, as this process knows it: see <see cref="VismaRateLimits"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record CallBudget
{
    /// <summary>Creates a value, for the unit tests of an application.</summary>
    /// <param name="api">The name of the API.</param>
    /// <param name="owner">The client with its company or connection.</param>
    /// <param name="part">The endpoint, the organisation or the company.</param>
    /// <param name="lastSeen">What the last response said.</param>
    /// <param name="opensAt">When the budget opens.</param>
    /// <param name="waiting">The number of waiting calls.</param>
    public CallBudget(string api, TokenKey owner, string? part = null, RateLimit? lastSeen = null, DateTimeOffset? opensAt = null, int waiting = 0)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(owner);
        Api = api;
        Owner = owner;
        Part = part;
        LastSeen = lastSeen;
        OpensAt = opensAt;
        Waiting = waiting;
    }

    /// <summary>The name of the API.</summary>
    public string Api { get; }

    /// <summary>The client with its company or connection. The client alone, if all its companies share the budget.</summary>
    public TokenKey Owner { get; }

    /// <summary>
    /// The part of the API that the budget is for: the endpoint at eAccounting (<c>GET /v2/customers</c>), the organisation at Dinero, the company at
    /// Business NXT. Null if the budget is for all calls.
    /// </summary>
    public string? Part { get; }

    /// <summary>What the last response said. Null where the API says nothing, as outside of Visma.net ERP.</summary>
    public RateLimit? LastSeen { get; }

    /// <summary>When the exhausted budget opens. Null if it is open.</summary>
    public DateTimeOffset? OpensAt { get; }

    /// <summary>The number of calls of this process that wait for it.</summary>
    public int Waiting { get; }
}
