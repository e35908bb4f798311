using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk;

/// <summary>Names one tenant or connection for every request of a bound client. It is above the pooled handlers, which all bound clients share.</summary>
internal sealed partial class BoundTokenHandler : DelegatingHandler
{
    private readonly object _named;

    // The library's handler, if no other handler is between; null otherwise. It then gets the key directly: naming the tenant on the request would
    // allocate the properties of the request.
    private readonly BearerTokenHandler? _next;
    private readonly TokenKey? _key;

    private BoundName? _bound;

    /// <param name="named">A tenant id, or a <see cref="ConnectionName"/>.</param>
    /// <param name="pooled">The handlers that IHttpClientFactory has built.</param>
    public BoundTokenHandler(object named, HttpMessageHandler pooled)
        : base(pooled)
    {
        _named = named;
        // The outermost handler is the one that IHttpClientFactory tracks the lifetime with; it only passes requests on.
        if (pooled is DelegatingHandler { InnerHandler: BearerTokenHandler next }
            && pooled.GetType().Assembly == typeof(HttpClientFactoryServiceCollectionExtensions).Assembly)
        {
            _next = next;
            _key = next.KeyOf(named);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequireNoOtherName(request);
        if (_next is not null)
        {
            return _next.SendAsync(request, _key!, cancellationToken);
        }

        Bind(request);
        return base.SendAsync(request, cancellationToken);
    }

    private void Bind(HttpRequestMessage request) => NamedToken.Bind(request, _bound ??= new BoundName(_named));

    private void RequireNoOtherName(HttpRequestMessage request)
    {
        object? other = NamedToken.Get(request);
        if (other is not null && !other.Equals(_named))
        {
            throw new InvalidOperationException(
                $"This client is bound to {NamedToken.Describe(_named)}, and the request names another token. Use a client that is not bound, "
                + "or do not name a token on the request.");
        }
    }
}
