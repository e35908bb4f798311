namespace Visma.Connect.Sdk;

/// <summary>What the token cache has for a row of an import.</summary>
internal enum StoredRow
{
    /// <summary>Nothing, or something that the row may replace.</summary>
    Absent,

    /// <summary>The token of the row, saved and not exchanged yet: by an earlier run that was interrupted.</summary>
    NotExchanged,

    /// <summary>A connection that works.</summary>
    Working,

    /// <summary>A connection that has ended.</summary>
    Ended,

    /// <summary>A connection of another application or identity server.</summary>
    OfOtherSettings,
}
