namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>How a call names its tenant.</summary>
public enum TenantName
{
    /// <summary>Not at all: the token is one of the client.</summary>
    None,

    /// <summary>On the request. Both sides pay for it.</summary>
    SetTenant,

    /// <summary>By a client of <see cref="VismaClientFactory{T}"/>. Only the library pays for it.</summary>
    ForTenant,
}
