namespace Visma.Connect.Sdk;

/// <summary>What to ask for with the client credentials grant (RFC 6749 section 4.4). Every part is optional.</summary>
public sealed record ClientCredentialsRequest
{
    /// <summary>The customer company, sent as Visma's <c>tenant_id</c> (https://docs.connect.visma.com/docs/service-applications).</summary>
    public string? TenantId { get; init; }

    /// <summary>The scopes to ask for. None: the parameter is left out, and the application's own scopes apply.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Further form parameters, for what Visma adds later. The ones this library sets cannot be given here.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}
