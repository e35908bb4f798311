namespace Visma.Connect.Sdk;

/// <summary>Creates the HttpClient of token requests. It follows no redirect and keeps no cookie; <see cref="ServerExchange"/> limits the time.</summary>
internal static class TokenHttpClientDefaults
{
    /// <summary>The name under which <c>IHttpClientFactory</c> makes it.</summary>
    public const string Name = "Visma.Connect.Sdk.TokenRequests";

    public static HttpClient Create() => Configure(new HttpClient(PrimaryHandlerSecurity.CreateForTokenRequests()));

    public static HttpClient Configure(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        // An application may set headers for every HttpClient, even Authorization. They are not meant for an identity server.
        client.DefaultRequestHeaders.Clear();
        return client;
    }
}
