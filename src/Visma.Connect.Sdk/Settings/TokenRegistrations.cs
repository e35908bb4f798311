namespace Visma.Connect.Sdk;

/// <summary>Every call of <c>AddVismaToken</c> that the application has made.</summary>
internal sealed class TokenRegistrations
{
    private readonly ILookup<string, TokenRegistration> _byHttpClient;
    private readonly ILookup<string, TokenRegistration> _byClient;

    public TokenRegistrations(IEnumerable<TokenRegistration> registrations)
    {
        All = [.. registrations];
        _byHttpClient = All.ToLookup(registration => registration.HttpClientName, StringComparer.Ordinal);
        _byClient = All.ToLookup(registration => registration.Client, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<TokenRegistration> All { get; }

    /// <summary>
    /// The registration of an HttpClient; null if it carries no tokens. A second one for the same HttpClient is an error of the settings.
    /// </summary>
    public TokenRegistration? Find(string httpClientName) => _byHttpClient[httpClientName].FirstOrDefault();

    /// <summary>How often <c>AddVismaToken</c> was called on an HttpClient.</summary>
    public int CountOf(string httpClientName) => _byHttpClient[httpClientName].Count();

    /// <summary>The APIs that the HttpClients of a client call.</summary>
    public IEnumerable<VismaApi> ApisOf(string client, VismaConnectOptions settings) =>
        _byClient[client].Select(registration => registration.FindApi(settings)).OfType<VismaApi>();
}
