namespace Visma.Connect.Sdk;

/// <summary>Names one tenant for every request of a bound client, above the pooled handlers that all tenants share.</summary>
internal sealed partial class TenantHandler(string tenantId) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameTenant(request);
        return base.SendAsync(request, cancellationToken);
    }

    private void NameTenant(HttpRequestMessage request)
    {
        object? named = NamedToken.Get(request);
        if (named is not null && !(named is string other && other == tenantId))
        {
            throw new InvalidOperationException(
                $"This client is bound to tenant '{tenantId}', and the request names another token. Use a client that is not bound, or leave the request alone.");
        }

        NamedToken.Set(request, tenantId);
    }
}
