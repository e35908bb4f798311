namespace Visma.Connect.Sdk;

/// <summary>One HttpClient with <c>AddVismaResilience</c>, and the handler that waits and sends again.</summary>
internal sealed class ResilienceRegistration(string httpClientName, Func<IServiceProvider, TokenRegistration, DelegatingHandler> createHandler)
{
    public string HttpClientName => httpClientName;

    /// <summary>Creates the handler. Called each time IHttpClientFactory creates the handlers of this HttpClient.</summary>
    public DelegatingHandler CreateHandler(IServiceProvider provider, TokenRegistration tokens) => createHandler(provider, tokens);
}
