using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Visma.Connect.Sdk.ColdStart.Peers;

/// <summary>Azure.Core, as the clients of the Azure SDK are built. The credential is a stub, so no token is requested.</summary>
internal static class AzureCorePipeline
{
    public static async Task CallAsync()
    {
        Options options = new() { Transport = new HttpClientTransport(new HttpClient(new StubNetwork())) };
        HttpPipeline pipeline = HttpPipelineBuilder.Build(options, new BearerTokenAuthenticationPolicy(new StubCredential(), "scope"));
        using Request request = pipeline.CreateRequest();
        request.Method = RequestMethod.Get;
        request.Uri.Reset(Bare.Address);
        using Response response = await pipeline.SendRequestAsync(request, CancellationToken.None);
        if (response.IsError)
        {
            throw new RequestFailedException(response);
        }
    }

    private sealed class Options : ClientOptions;

    private sealed class StubCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token", DateTimeOffset.UtcNow.AddDays(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
