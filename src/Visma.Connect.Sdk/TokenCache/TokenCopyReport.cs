namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The result so far of <see cref="TokenCacheExtensions.CopyToAsync"/> or <see cref="TokenCacheExtensions.ReprotectAsync"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TokenCopyReport
{
    /// <summary>The number of entries that were written.</summary>
    public int Written { get; init; }

    /// <summary>
    /// The number of entries that were not written: the target of a copy already had the same or a newer one, or another process changed the entry
    /// while it was being written again.
    /// </summary>
    public int LeftAlone { get; init; }

    /// <summary>The entries that cannot be read, and why. Empty if there are none.</summary>
    public IReadOnlyList<UnreadableEntryException> Unreadable { get; init; } = [];

    /// <summary>After a copy: the connections that only the target has, in no particular order. Empty until the copy has finished.</summary>
    public IReadOnlyList<TokenKey> OnlyThere { get; init; } = [];

    /// <summary>Writes the figures in one line.</summary>
    /// <returns>The figures.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Written} written, {LeftAlone} left alone, {Unreadable.Count} unreadable, {OnlyThere.Count} only in the target");

    internal TokenCopyReport With(TokenCacheItem item, bool isWritten) =>
        item.Fault is { } fault ? WithUnreadable(fault)
        : isWritten ? Copy(written: Written + 1)
        : Copy(leftAlone: LeftAlone + 1);

    internal TokenCopyReport WithUnreadable(UnreadableEntryException fault) => Copy(unreadable: [.. Unreadable, fault]);

    internal TokenCopyReport WithOnlyThere(IReadOnlyList<TokenKey> keys) => Copy(onlyThere: keys);

    private TokenCopyReport Copy(
        int? written = null,
        int? leftAlone = null,
        IReadOnlyList<UnreadableEntryException>? unreadable = null,
        IReadOnlyList<TokenKey>? onlyThere = null) => new()
        {
            Written = written ?? Written,
            LeftAlone = leftAlone ?? LeftAlone,
            Unreadable = unreadable ?? Unreadable,
            OnlyThere = onlyThere ?? OnlyThere,
        };
}
