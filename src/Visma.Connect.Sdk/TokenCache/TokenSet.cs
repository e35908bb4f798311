namespace Visma.Connect.Sdk;

/// <summary>The tokens of one reply. Holds secrets; <see cref="ToString"/> shows none.</summary>
public sealed record TokenSet
{
    /// <summary>The access token, with its expiry and the scopes that were granted.</summary>
    public required AccessToken AccessToken { get; init; }

    /// <summary>The refresh token of a user's consent; null for a service token. Secret.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>The id token that came along (OpenID Connect); null when there is none. Personal data.</summary>
    public string? IdToken { get; init; }

    /// <summary>Says what there is, and no token.</summary>
    public override string ToString() => $"{AccessToken}{(RefreshToken is null ? "" : ", with refresh token")}";
}
