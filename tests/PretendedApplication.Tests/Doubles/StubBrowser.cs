namespace PretendedApplication.Doubles;

/// <summary>A user who signs in at once, or does not.</summary>
internal sealed class StubBrowser(Func<string, VismaConnection> connect) : BrowserSignIn
{
    public BrowserSignInOptions? Options { get; private set; }

    public override Task<VismaConnection> ConnectAsync(string client, string connection, BrowserSignInOptions? options = null, CancellationToken cancellationToken = default)
    {
        Options = options;
        return Task.FromResult(connect(connection));
    }
}
