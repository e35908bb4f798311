namespace Visma.Connect.Sdk;

/// <summary>The answer to an authorization request, and the browser that brought it, which waits for a page.</summary>
internal sealed class Callback(BrowserSocket connection, AuthorizationResponse response) : IDisposable
{
    public AuthorizationResponse Response => response;

    public Task AnswerAsync(BrowserPage page) => connection.AnswerAsync(page);

    public void Dispose() => connection.Dispose();
}
