namespace PretendedApplication.Application;

/// <summary>The sign-in of a desktop program.</summary>
public class DesktopSignIn(BrowserSignIn browser)
{
    public async Task<string> ConnectAsync(string company, CancellationToken cancellationToken)
    {
        try
        {
            VismaConnection connection = await browser.ConnectAsync("desktop", company, new BrowserSignInOptions { UseAnyPort = true }, cancellationToken);
            return connection.HasRefreshToken ? "connected" : $"connected until {connection.TokenExpiresAt:u}";
        }
        catch (VismaConnectException failure)
        {
            return failure.IsCancelledByUser ? "declined" : failure.Message;
        }
    }
}
