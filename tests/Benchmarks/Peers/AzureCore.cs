using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Peers;

/// <summary>
/// Azure.Core, as the clients of the Azure SDK are built: HttpPipelineBuilder with a BearerTokenAuthenticationPolicy, one pipeline for all calls. The
/// credential is the application's, so a stub. Log events, traces and retries are off; its floor is the same pipeline with a constant header.
/// </summary>
internal sealed class AzureCore : Peer
{
    public override string Name => Column.AzureCore;

    // The policy renews a token five minutes before its expiry.
    public override TimeSpan LifetimeThatIsSoonRenewed => TimeSpan.FromSeconds(301);

    public override ICaller OwnFloor(HttpMessageHandler api) => Pipeline(api, new ConstantHeaderPolicy());

    public override ICaller WithToken(HttpMessageHandler api, StubTokenEndpoint endpoint) =>
        Pipeline(api, new BearerTokenAuthenticationPolicy(new StubCredential(endpoint), LibraryApp.Scope));

    private static PipelineCaller Pipeline(HttpMessageHandler api, HttpPipelinePolicy policy)
    {
        Options options = new() { Transport = new HttpClientTransport(new HttpClient(api)) };
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Retry.MaxRetries = 0;
        return new PipelineCaller(HttpPipelineBuilder.Build(options, policy));
    }

    private sealed class Options : ClientOptions;

    private sealed class ConstantHeaderPolicy : HttpPipelineSynchronousPolicy
    {
        private readonly string _header = "Bearer " + new string('t', StubTokenEndpoint.UsualLength);

        public override void OnSendingRequest(HttpMessage message) => message.Request.Headers.SetValue("Authorization", _header);
    }

    private sealed class StubCredential(StubTokenEndpoint endpoint) : TokenCredential
    {
        public override Azure.Core.AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException("No call is synchronous.");

        public override async ValueTask<Azure.Core.AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            (string token, TimeSpan lifetime) = await endpoint.IssueAsync();
            return new Azure.Core.AccessToken(token, DateTimeOffset.UtcNow + lifetime);
        }
    }

    private sealed class PipelineCaller(HttpPipeline pipeline) : ICaller
    {
        public HttpStatusCode Call(StubApi api)
        {
            using Request request = NewRequest();
            ValueTask<Response> sending = pipeline.SendRequestAsync(request, CancellationToken.None);
            api.Answer();
            using Response response = sending.IsCompletedSuccessfully ? sending.Result : sending.AsTask().Result;
            return (HttpStatusCode)response.Status;
        }

        public async Task<HttpStatusCode> CallAsync()
        {
            using Request request = NewRequest();
            using Response response = await pipeline.SendRequestAsync(request, CancellationToken.None);
            return (HttpStatusCode)response.Status;
        }

        private Request NewRequest()
        {
            Request request = pipeline.CreateRequest();
            request.Method = RequestMethod.Get;
            request.Uri.Reset(ICaller.Address);
            return request;
        }
    }
}
