namespace Visma.Connect.Sdk;

/// <summary>One HttpClient with <c>AddVismaResilience</c>, and the handlers that wait and send again.</summary>
internal sealed class ResilienceRegistration(string httpClientName, Func<IServiceProvider, TokenRegistration, IEnumerable<DelegatingHandler>> createHandlers)
{
    public string HttpClientName => httpClientName;

    /// <summary>Creates the handlers, the outer one first. Called each time IHttpClientFactory creates the handlers of this HttpClient.</summary>
    public IEnumerable<DelegatingHandler> CreateHandlers(IServiceProvider provider, TokenRegistration tokens) => createHandlers(provider, tokens);
}
