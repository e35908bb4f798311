namespace Visma.Connect.Sdk.Chaos;

/// <summary>The way of the process that connects users: without faults.</summary>
internal sealed class ConsentNetwork(TokenServer server, Func<string, Connection> connectionOf) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string form = await request.Content!.ReadAsStringAsync(cancellationToken);
        string code = form.Split('&').Select(pair => pair.Split('=')).Single(pair => pair[0] == "code")[1];
        return new HttpResponseMessage { Content = new StringContent(server.Consent(connectionOf(code)), null, "application/json") };
    }
}
