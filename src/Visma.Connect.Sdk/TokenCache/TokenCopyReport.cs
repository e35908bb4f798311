namespace Visma.Connect.Sdk;

/// <summary>What has become of the entries of a cache, so far.</summary>
public sealed record TokenCopyReport
{
    /// <summary>How many were written.</summary>
    public int Written { get; init; }

    /// <summary>How many were left as they are: the same is there already, or something newer; of a rewriting, what somebody else changed meanwhile.</summary>
    public int LeftAlone { get; init; }

    /// <summary>Those that cannot be read, and why.</summary>
    public IReadOnlyList<UnreadableEntryException> Unreadable { get; init; } = [];

    /// <summary>After a copy: the connections that only the cache copied to has. In no particular order; empty until the end.</summary>
    public IReadOnlyList<TokenKey> OnlyThere { get; init; } = [];

    internal TokenCopyReport With(TokenCacheItem item, bool isWritten) =>
        item.Fault is { } fault ? this with { Unreadable = [.. Unreadable, fault] }
        : isWritten ? this with { Written = Written + 1 }
        : this with { LeftAlone = LeftAlone + 1 };
}
