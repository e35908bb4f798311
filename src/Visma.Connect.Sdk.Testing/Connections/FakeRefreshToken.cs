using System.Security.Cryptography;

namespace Visma.Connect.Sdk.Testing;

/// <summary>One refresh token of a grant. Its properties change under the lock of the grant.</summary>
internal sealed class FakeRefreshToken(FakeGrant grant, int ordinal)
{
    public string Value { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public FakeGrant Grant => grant;

    /// <summary>The number of the token within its grant. The first token has the number 1.</summary>
    public int Ordinal => ordinal;

    /// <summary>The time of the first exchange; null before it.</summary>
    public DateTimeOffset? ExchangedAt { get; set; }

    /// <summary>The token that the first exchange returned.</summary>
    public FakeRefreshToken? Successor { get; set; }

    /// <summary>The token that was exchanged for this one; null for the first token of a grant.</summary>
    public FakeRefreshToken? Predecessor { get; init; }

    /// <summary>Whether a token that was returned for this one has been exchanged.</summary>
    public bool IsSuccessorUsed { get; set; }

    /// <summary>Whether a later exchange has made the token invalid (<see cref="FakeReplay.Newest"/>).</summary>
    public bool IsInvalidated { get; set; }

    public bool IsFresh => ExchangedAt is null && !IsInvalidated;
}
