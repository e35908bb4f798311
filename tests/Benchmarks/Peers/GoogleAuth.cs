using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Flows;
using Google.Apis.Http;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Report;
using GoogleTokens = Google.Apis.Auth.OAuth2.Responses.TokenResponse;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>
/// Google.Apis.Auth, as Google's generated clients use it: a credential as the initializer of a ConfigurableHttpClient, over handlers of the application
/// (HttpClientFromMessageHandlerFactory). It is a UserCredential, because a token request of a service account also contains a signature. Its floor is a
/// ConfigurableHttpClient with an interceptor that sets a constant header.
/// </summary>
internal sealed class GoogleAuth : Peer
{
    public override string Name => Column.Google;

    // A token is renewed three minutes and 45 seconds before its expiry.
    public override TimeSpan LifetimeThatIsSoonRenewed => TimeSpan.FromSeconds(226);

    public override ICaller OwnFloor(HttpMessageHandler api) => Client(api, new ConstantHeader());

    public override ICaller WithToken(HttpMessageHandler api, StubTokenEndpoint endpoint) =>
        Client(api, new UserCredential(Flow(endpoint), "user", new GoogleTokens { RefreshToken = "r" }));

    public static GoogleAuthorizationCodeFlow Flow(StubTokenEndpoint endpoint) => new(new GoogleAuthorizationCodeFlow.Initializer
    {
        ClientSecrets = new ClientSecrets { ClientId = LibraryApp.ClientId, ClientSecret = LibraryApp.Secret },
        HttpClientFactory = Over(endpoint),
    });

    private static HttpCaller Client(HttpMessageHandler api, IConfigurableHttpClientInitializer initializer)
    {
        CreateHttpClientArgs arguments = new() { ApplicationName = "acme", Initializers = { initializer } };
        return new HttpCaller(Over(api).CreateHttpClient(arguments));
    }

    private static HttpClientFromMessageHandlerFactory Over(HttpMessageHandler handler) =>
        new(_ => new HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler(
            handler, performsAutomaticDecompression: false, handlesRedirect: false));

    private sealed class ConstantHeader : IHttpExecuteInterceptor, IConfigurableHttpClientInitializer
    {
        private readonly AuthenticationHeaderValue _header = new("Bearer", new string('t', StubTokenEndpoint.UsualLength));

        public void Initialize(ConfigurableHttpClient httpClient) => httpClient.MessageHandler.AddExecuteInterceptor(this);

        public Task InterceptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = _header;
            return Task.CompletedTask;
        }
    }
}
