namespace Visma.Connect.Sdk;

/// <summary>Whether a refresh token may be sent again.</summary>
internal enum ReplayAnswer
{
    /// <summary>It may be sent again.</summary>
    Yes,

    /// <summary>It may be sent again if the identity server says that it is unspent.</summary>
    Ask,

    /// <summary>It must not be sent again.</summary>
    No,

    /// <summary>It is not sent again now, because the connections cannot be listed.</summary>
    Unknown,
}
