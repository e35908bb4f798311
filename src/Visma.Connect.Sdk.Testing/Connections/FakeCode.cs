using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// An authorization code. It is valid once, for five minutes, for the application and the request that it was issued for.
/// </summary>
internal sealed class FakeCode(FakeGrant grant, FakeAuthorizationRequest request, DateTimeOffset issuedAt)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private int _redeemed;

    public string Value { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public FakeGrant Grant => grant;

    public string? Nonce => request.Nonce;

    /// <summary>Redeems the code, and returns whether the application may have the tokens.</summary>
    /// <remarks>A second use means that the code was stolen, so it revokes the grant (RFC 6749 section 4.1.2).</remarks>
    public bool TryRedeem(FakeClient client, string? redirectUri, string? verifier, DateTimeOffset now)
    {
        if (client != request.Client || redirectUri != request.RedirectUri || !IsProven(verifier) || now >= issuedAt + Lifetime)
        {
            return false;
        }

        if (Interlocked.Exchange(ref _redeemed, 1) == 0)
        {
            return !grant.IsRevoked;
        }

        grant.Revoke();
        return false;
    }

    // RFC 7636 section 4.6. A verifier without a challenge is refused too (RFC 9700 section 2.1.1).
    private bool IsProven(string? verifier) => (request.CodeChallenge, verifier) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == request.CodeChallenge,
    };
}
