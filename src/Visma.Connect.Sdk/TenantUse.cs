namespace Visma.Connect.Sdk;

/// <summary>Whether the tokens of a client carry a <c>tenant_id</c>.</summary>
public enum TenantUse
{
    /// <summary>Every token is for one customer company; asking without naming it is an error. The default: a forgotten tenant never means somebody else's.</summary>
    Required,

    /// <summary>A tenant may be named; without one the application's default tenant applies (https://docs.connect.visma.com/docs/default-tenant).</summary>
    Optional,

    /// <summary>Tokens never carry a tenant, as for a Business NXT service; naming one is an error.</summary>
    None,
}
