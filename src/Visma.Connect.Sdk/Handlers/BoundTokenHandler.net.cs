namespace Visma.Connect.Sdk;

internal sealed partial class BoundTokenHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequireNoOtherName(request);
        NamedToken.Set(request, _named);
        return base.Send(request, cancellationToken);
    }
}
