using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>Names the token of each request, as the current HTTP request of the application determines it.</summary>
internal sealed class CurrentTokenHandler(IHttpContextAccessor accessor, Func<HttpContext, TokenKey?> choose) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameToken(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameToken(request);
        return base.Send(request, cancellationToken);
    }

    // A request that is sent again by a handler outside of this one has its token already.
    private void NameToken(HttpRequestMessage request)
    {
        if (request.NamesToken())
        {
            return;
        }

        HttpContext context = accessor.HttpContext ?? throw new InvalidOperationException(
            "This HttpClient takes its token from the current HTTP request of the application (UseTokenOf), and there is none here. In a background service, "
            + "name the token on the message with SetTenant or SetConnection. Nothing was sent.");
        request.SetTokenKey(choose(context) ?? throw new InvalidOperationException(
            "UseTokenOf found no token for the current HTTP request: its delegate returned null, for example because no user is signed in. Nothing was sent."));
    }
}
