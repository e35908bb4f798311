namespace Visma.Connect.Sdk;

/// <summary>Names one tenant or connection for every request of a bound client. It is above the pooled handlers, which all bound clients share.</summary>
/// <param name="named">A tenant id, or a <see cref="ConnectionName"/>.</param>
internal sealed partial class BoundTokenHandler(object named) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameToken(request);
        return base.SendAsync(request, cancellationToken);
    }

    private void NameToken(HttpRequestMessage request)
    {
        object? other = NamedToken.Get(request);
        if (other is not null && !other.Equals(named))
        {
            throw new InvalidOperationException(
                $"This client is bound to {NamedToken.Describe(named)}, and the request names another token. Use a client that is not bound, "
                + "or do not name a token on the request.");
        }

        NamedToken.Set(request, named);
    }
}
