namespace Visma.Connect.Sdk;

/// <summary>Every call of <c>AddVismaToken</c> that the application has made.</summary>
internal sealed class TokenRegistrations
{
    // The registrations of each HttpClient.
    private readonly Dictionary<string, List<TokenRegistration>> _byHttpClient = new(StringComparer.Ordinal);

    public TokenRegistrations(IEnumerable<TokenRegistration> registrations)
    {
        All = registrations.ToArray();
        foreach (TokenRegistration registration in All)
        {
            if (!_byHttpClient.TryGetValue(registration.HttpClientName, out List<TokenRegistration>? ofHttpClient))
            {
                _byHttpClient[registration.HttpClientName] = ofHttpClient = [];
            }

            ofHttpClient.Add(registration);
        }
    }

    public TokenRegistration[] All { get; }

    /// <summary>
    /// The registration of an HttpClient; null if it carries no tokens. A second one for the same HttpClient is an error of the settings.
    /// </summary>
    public TokenRegistration? Find(string httpClientName) =>
        _byHttpClient.TryGetValue(httpClientName, out List<TokenRegistration>? ofHttpClient) ? ofHttpClient[0] : null;

    /// <summary>How often <c>AddVismaToken</c> was called on an HttpClient.</summary>
    public int CountOf(string httpClientName) =>
        _byHttpClient.TryGetValue(httpClientName, out List<TokenRegistration>? ofHttpClient) ? ofHttpClient.Count : 0;

    /// <summary>The APIs that the HttpClients of a client call.</summary>
    public List<VismaApi> ApisOf(string client, VismaConnectOptions settings)
    {
        List<VismaApi> apis = [];
        foreach (TokenRegistration registration in All)
        {
            if (string.Equals(registration.Client, client, StringComparison.OrdinalIgnoreCase) && registration.FindApi(settings) is { } api)
            {
                apis.Add(api);
            }
        }

        return apis;
    }
}
