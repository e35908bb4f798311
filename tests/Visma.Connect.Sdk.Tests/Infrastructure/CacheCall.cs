namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// One call of a <see cref="TroubledCache"/>: its operation, and the entry that it saves. The properties are for calls with tokens; a call with the
/// claim of a consent has <see cref="IsOfClaim"/> only.
/// </summary>
public sealed record CacheCall(string Operation, TokenKey Key, TokenEntry? Entry)
{
    public bool IsOfClaim => Key.ToStorageKey().StartsWith("claim/", StringComparison.Ordinal);

    public bool IsRead => Operation == "get" && !IsOfClaim;

    public bool IsSave => Operation == "save" && !IsOfClaim;

    public bool IsRemoval => Operation == "remove" && !IsOfClaim;

    /// <summary>A save that sets a mark.</summary>
    public bool SetsMark => IsSave && Entry!.Mark is not null && Entry.Mark.Attempt == Entry.LastAttempt && Entry.Attempt < Entry.LastAttempt;

    /// <summary>A save of tokens that an attempt obtained.</summary>
    public bool SavesTokens => IsSave && Entry!.Mark is null && Entry.State == ConnectionState.Active && Entry.Attempt > 0 && Entry.Attempt == Entry.LastAttempt;

    /// <summary>A save that ends the connection.</summary>
    public bool Ends => IsSave && Entry!.State == ConnectionState.ReauthorizationRequired;
}
