using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Flows;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;

namespace Visma.Connect.Sdk.ColdStart.Peers;

/// <summary>Google.Apis.Auth, as Google's generated clients use it: a credential as the initializer of a ConfigurableHttpClient.</summary>
internal static class GoogleAuthClient
{
    public static async Task CallAsync()
    {
        HttpClientFromMessageHandlerFactory network = new(_ => new HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler(
            new StubNetwork(), performsAutomaticDecompression: false, handlesRedirect: false));
        using GoogleAuthorizationCodeFlow flow = new(new GoogleAuthorizationCodeFlow.Initializer
        {
            ClientSecrets = new ClientSecrets { ClientId = "acme", ClientSecret = "s" },
            HttpClientFactory = network,
        });
        UserCredential credential = new(flow, "user", new TokenResponse { RefreshToken = "r" });
        using HttpClient http = network.CreateHttpClient(new CreateHttpClientArgs { ApplicationName = "acme", Initializers = { credential } });
        using HttpResponseMessage response = await http.GetAsync(Bare.Address);
        response.EnsureSuccessStatusCode();
    }
}
