namespace Visma.Connect.Sdk;

internal sealed partial class TenantHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameTenant(request);
        return base.Send(request, cancellationToken);
    }
}
