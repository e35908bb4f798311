using System.Net;

namespace Visma.Connect.Sdk.ColdStart;

/// <summary>Answers each request with a token, over a real handler that is never used. "later": after a short time, as a network does.</summary>
internal sealed class StubNetwork() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Environment.GetCommandLineArgs().Contains("later"))
        {
            await Task.Delay(20, cancellationToken);
        }

        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(
                """{"access_token":"token","expires_in":86400,"token_type":"Bearer","scope":"vismanet_erp_service_api:read"}"""u8.ToArray()),
        };
    }
}
