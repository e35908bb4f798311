namespace Visma.Connect.Sdk;

/// <summary>The response to an authorization request, and the socket of the browser that delivered it and waits for a page.</summary>
internal sealed class Callback(BrowserSocket connection, AuthorizationResponse response) : IDisposable
{
    public AuthorizationResponse Response => response;

    public Task AnswerAsync(BrowserPage page) => connection.AnswerAsync(page);

    public void Dispose() => connection.Dispose();
}
