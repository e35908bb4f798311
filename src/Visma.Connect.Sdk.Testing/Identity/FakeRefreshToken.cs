using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>One refresh token of a grant. What changes in it changes under the grant's lock.</summary>
internal sealed class FakeRefreshToken(FakeGrant grant, int ordinal)
{
    public string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public FakeGrant Grant => grant;

    /// <summary>The how-manieth token of its grant it is, from 1.</summary>
    public int Ordinal => ordinal;

    /// <summary>When it was exchanged first; null while it was not.</summary>
    public DateTimeOffset? ExchangedAt { get; set; }

    /// <summary>What it was exchanged for first.</summary>
    public FakeRefreshToken? Successor { get; set; }

    public bool IsKilled { get; set; }

    public bool IsFresh => ExchangedAt is null && !IsKilled;
}
