namespace Visma.Connect.Sdk;

/// <summary>What a cache holds for a key: the tokens and where they came from. Holds secrets; <see cref="ToString"/> shows none.</summary>
/// <remarks>
/// Immutable: a change is a new entry with a new version. An implementation of <see cref="ITokenCache"/> keeps every property.
/// </remarks>
public sealed record TokenEntry
{
    /// <summary>The tokens.</summary>
    public required TokenSet Tokens { get; init; }

    /// <summary>The address of the token endpoint that issued them: tokens of another environment are not used.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The client id they were issued to: tokens of another application are not used.</summary>
    public required string ClientId { get; init; }

    /// <summary>The scopes that were asked for; <see cref="AccessToken.Scopes"/> are those granted.</summary>
    public IReadOnlyList<string> RequestedScopes { get; init; } = [];

    /// <summary>The user's consent that the tokens came from, random, new with each consent; null for a service token. At most 64 characters of ASCII.</summary>
    public string? GrantId { get; init; }

    /// <summary>The number of the attempt that fetched the tokens: of two of the same grant, the higher is the newer.</summary>
    public long Attempt { get; init; }

    /// <summary>The number of the newest attempt that was begun on this grant.</summary>
    public long LastAttempt { get; init; }

    /// <summary>The renewal that is under way, or was when its owner fell silent; null when there is none.</summary>
    public RenewalMark? Mark { get; init; }

    /// <summary>Whether the connection works.</summary>
    public ConnectionState State { get; init; }

    /// <summary>Why it does not, for people; null while it does. No secret.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when the state has been what it is; null for a service token.</summary>
    public DateTimeOffset? StateSince { get; init; }

    /// <summary>Until when the identity server asked to be left alone; null when it did not.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When the user consented; null for a service token.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>The company that the tokens are for, where the identity server said so; else null.</summary>
    public string? Company { get; init; }

    /// <summary>Random, of this entry alone, and never used again: what a compare-and-swap compares. At most 64 characters of ASCII.</summary>
    public string Version { get; init; } = RandomText.OfIdentifier();

    // What a newer version of the library stored, and this one does not know: kept, or a rolling upgrade would lose it.
    internal Dictionary<string, System.Text.Json.JsonElement>? OtherMembers { get; init; }

    /// <summary>Says what there is, and no token.</summary>
    public override string ToString() => FormattableString.Invariant($"{Tokens}, attempt {Attempt}, {State}{(Mark is null ? "" : ", being renewed")}");

    // The changed copy of an entry is another entry: a version that stood twice would let a swap succeed that must not.
    internal TokenEntry AsNew() => this with { Version = RandomText.OfIdentifier() };
}
