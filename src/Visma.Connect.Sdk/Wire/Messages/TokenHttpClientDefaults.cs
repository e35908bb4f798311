namespace Visma.Connect.Sdk;

/// <summary>The HttpClient of token requests: it follows no redirect, keeps no cookie, and leaves time-outs to <see cref="ServerExchange"/>.</summary>
internal static class TokenHttpClientDefaults
{
    /// <summary>The name under which <c>IHttpClientFactory</c> makes it.</summary>
    public const string Name = "Visma.Connect.Sdk.TokenRequests";

    public static HttpClient Create() => Configure(new HttpClient(PrimaryHandlerSecurity.CreateForTokenRequests()));

    public static HttpClient Configure(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        // What an application sets for every HttpClient, an Authorization header even, is not for an identity server.
        client.DefaultRequestHeaders.Clear();
        return client;
    }
}
