namespace Visma.Connect.Sdk;

/// <summary>The result of an import for one row of its input.</summary>
public enum ConnectionImportOutcome
{
    /// <summary>The connection works: its token was exchanged, and the new tokens are saved. Of a VNI client: the token is saved, and was not tried.</summary>
    Imported,

    /// <summary>In a dry run: the token would be saved and exchanged.</summary>
    WouldBeImported,

    /// <summary>There is a connection of this name that works, for example of an earlier run. It was not changed.</summary>
    AlreadyConnected,

    /// <summary>The connection works, but its token is for another company than the row says. Check it before you use it.</summary>
    OtherCompany,

    /// <summary>The connection does not work, in this run or since an earlier one: the user has to connect again.</summary>
    Ended,

    /// <summary>
    /// The token was sent, and no answer arrived, in this run or in one that was killed. It is not sent again, because the server could take that for
    /// a replay. The user has to connect again.
    /// </summary>
    OutcomeUnknown,

    /// <summary>The same token or the same name is in an earlier row, or the token belongs to another connection. It was not sent for this row.</summary>
    Duplicate,

    /// <summary>The row is wrong. Nothing was saved or sent.</summary>
    Invalid,

    /// <summary>
    /// A fault that may pass; the reason says which. If the token was not sent, nothing stays in the token cache. Run the import again.
    /// </summary>
    Failed,

    /// <summary>The import stopped before this row.</summary>
    NotTried,
}
