using System.Security.Cryptography;

namespace Visma.Connect.Sdk;

/// <summary>What a cache holds for a key: the tokens and where they came from. Holds secrets; <see cref="ToString"/> shows none.</summary>
/// <remarks>
/// Immutable: a change is a new entry with a new version (<c>with</c> copies the old one, so name it there). An implementation of
/// <see cref="ITokenCache"/> keeps every property.
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

    /// <summary>The number of the attempt that fetched the tokens: the higher of two is the newer.</summary>
    public long Attempt { get; init; }

    /// <summary>Random, of this entry alone, and never used again: what a compare-and-swap compares. At most 64 characters of ASCII.</summary>
    public string Version { get; init; } = NewVersion();

    /// <summary>Says what there is, and no token.</summary>
    public override string ToString() => FormattableString.Invariant($"{Tokens}, attempt {Attempt}");

    private static string NewVersion()
    {
        byte[] random = new byte[16];
        using RandomNumberGenerator generator = RandomNumberGenerator.Create();
        generator.GetBytes(random);
        return Convert.ToBase64String(random);
    }
}
