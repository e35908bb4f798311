using Polly;

namespace Visma.Connect.Sdk;

/// <summary>The application's choice of a policy for each request that may be repeated.</summary>
internal sealed class ApplicationPolicy(Func<HttpRequestMessage, IAsyncPolicy<HttpResponseMessage>?> choose)
{
    /// <summary>Returns the policy of a request. Null if it is sent once.</summary>
    public IAsyncPolicy<HttpResponseMessage>? Of(ServerRequest request)
    {
        using HttpRequestMessage message = request.ToMessage(secret: null);
        // Method and address only: the headers and the body hold secrets.
        using HttpRequestMessage shown = new(message.Method, message.RequestUri);
        return choose(shown);
    }
}
