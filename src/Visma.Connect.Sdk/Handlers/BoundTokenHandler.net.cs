namespace Visma.Connect.Sdk;

internal sealed partial class BoundTokenHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequireNoOtherName(request);
        Bind(request);
        return base.Send(request, cancellationToken);
    }
}
