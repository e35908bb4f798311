namespace Visma.Connect.Sdk;

/// <summary>What the pages say to the user: what happened, and what to do. None of them contains text from outside.</summary>
internal static class ConnectTexts
{
    public const string Connected = "The connection works. You can close this page.";
    public const string Cancelled = "You did not give your consent at Visma. Nothing was changed.";
    public const string Malformed = "This address or request is not complete. Go back to the application and start again.";
    public const string NoSuchClient = "This application has no such connection. Go back to the application and start again.";
    public const string NotAllowed = "You may not connect this company here. Sign in as a user who may, or ask the administrator of this application.";
    public const string SignInFirst = "You are not signed in to this application. Sign in, and start again.";
    public const string OtherUser = "Another user started this connection. Sign in as that user, or start again.";
    public const string Lost = "This browser did not start this connection, or it was started more than 15 minutes ago. Start again.";
    public const string TooLarge = "This request is too large. Go back to the application and start again.";
    public const string WrongType = "This request has the wrong content type. Go back to the application and start again.";
    public const string NotTheAnswer = "The answer of Visma cannot be used for this connection. Start again.";
    public const string OtherCompany = "Another company than the expected one was chosen at Visma. Nothing was changed. Start again.";
    public const string Refused = "Visma refused the connection. Nothing was changed. Start again; if it fails again, tell the operator of this application.";
    public const string TryAgain = "The connection is not complete yet, because a server did not answer in time. Wait a moment, and try again.";
    public const string Misconfigured = "This application is not set up correctly for this connection. Tell the operator of this application.";
    public const string LinkInvalid = "This link is not complete. Open it from the message again, or copy the whole link into the browser.";
    public const string LinkExpired = "This link has expired. Ask the sender for a new one.";
    public const string LinkUsed = "This link was used before. If the connection does not work, ask the sender for a new one.";
    public const string LinkForeign = "Another page sent this request. Open the link from the message again.";
    public const string LinkNotAllowed = "This application does not accept the link for you. Sign in to the application, and open the link again.";
}
