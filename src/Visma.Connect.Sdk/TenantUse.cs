namespace Visma.Connect.Sdk;

/// <summary>Whether the service tokens of a client are for one customer company, named by <c>tenant_id</c>.</summary>
public enum TenantUse
{
    /// <summary>
    /// Each token is for one company; a request without a tenant is an error. The default, so that a forgotten tenant cannot select another company.
    /// </summary>
    Required,

    /// <summary>A tenant can be named; otherwise the default tenant of the application is used (https://docs.connect.visma.com/docs/default-tenant).</summary>
    Optional,

    /// <summary>No token is for a tenant, as for a Business NXT service; a request with a tenant is an error.</summary>
    None,
}
