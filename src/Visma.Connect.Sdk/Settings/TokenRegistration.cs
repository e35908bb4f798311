namespace Visma.Connect.Sdk;

/// <summary>
/// One call of <c>AddVismaToken</c>: the HttpClient, the API that it calls, the client whose tokens it sends, and the handler that attaches them.
/// </summary>
internal sealed class TokenRegistration(
    string httpClientName,
    string apiName,
    VismaApi? api,
    string client,
    Func<IServiceProvider, TokenRegistration, DelegatingHandler> createHandler)
{
    public string HttpClientName => httpClientName;

    public string ApiName => apiName;

    /// <summary>The API, if <c>AddVismaToken</c> was given a value; null if it was given a name of the settings.</summary>
    public VismaApi? Api => api;

    public string Client => client;

    /// <summary>The warning about addresses outside of the API's path. The handlers are replaced every few minutes, and the warning is given once.</summary>
    public Once PathWarning { get; } = new();

    /// <summary>The warning about an <c>Authorization</c> header of the application.</summary>
    public Once HeaderWarning { get; } = new();

    /// <summary>Creates the handler that attaches the tokens. Called each time IHttpClientFactory creates the handlers of this HttpClient.</summary>
    public DelegatingHandler CreateHandler(IServiceProvider provider) => createHandler(provider, this);

    /// <summary>The API with the changes of the settings; null if it is unknown.</summary>
    public VismaApi? FindApi(VismaConnectOptions settings) => settings.FindApi(apiName, api);
}
