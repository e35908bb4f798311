using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk.Benchmarks.Micro;

/// <summary>A token endpoint without a network, which returns the same valid reply at once.</summary>
/// <remarks>A DelegatingHandler, because the library checks that the transport below it follows no redirects.</remarks>
internal sealed class StubTokenEndpoint(int tokenLength) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private readonly byte[] _reply = Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"access_token":"{{new string('t', tokenLength)}}","expires_in":86400,"token_type":"Bearer","scope":"{{BenchmarkApp.Scope}}"}"""));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ByteArrayContent body = new(_reply);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = body });
    }
}
