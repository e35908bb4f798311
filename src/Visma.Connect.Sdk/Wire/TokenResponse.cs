namespace Visma.Connect.Sdk;

/// <summary>A successful reply of a token endpoint (RFC 6749 section 5.1). Holds secrets; <see cref="ToString"/> shows none.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record TokenResponse
{
    /// <summary>The access token, opaque. Secret.</summary>
    public required string AccessToken { get; init; }

    /// <summary>
    /// How long the token works, counted from the request; null when the reply does not say or says it unintelligibly. Zero when the
    /// reply says zero or less; at most a day whatever it says.
    /// </summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>The granted scopes; null when the reply does not say, which means: as requested (RFC 6749 section 5.1).</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The refresh token, null when there is none. Secret.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>The id token (OpenID Connect), null when there is none. Holds personal data.</summary>
    public string? IdToken { get; init; }

    /// <summary>Says what the reply holds, and no token.</summary>
    public override string ToString() =>
        "token response, "
        + (ExpiresIn is { } lifetime ? FormattableString.Invariant($"expires in {lifetime.TotalSeconds:0} s") : "without a lifetime")
        + (RefreshToken is null ? "" : ", with refresh token")
        + (IdToken is null ? "" : ", with id token");
}
