namespace Visma.Connect.Sdk;

/// <summary>The transport of token requests in a container: it follows no redirect, keeps no cookie, and has no handler of the application.</summary>
internal static class TokenRequestTransport
{
    /// <summary>The name under which <c>IHttpClientFactory</c> makes its handlers.</summary>
    public const string Name = "Visma.Connect.Sdk.TokenRequests";
}
