using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A code that brought a user back to the application: good once, for five minutes, for that application and its request.</summary>
internal sealed class FakeCode(FakeGrant grant, FakeAuthorizationRequest request, DateTimeOffset issuedAt)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private int _redeemed;

    public string Value { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    public FakeGrant Grant => grant;

    public string? Nonce => request.Nonce;

    /// <summary>Whether the application may have the tokens. A code that comes a second time was stolen: it ends the grant (RFC 6749 section 4.1.2).</summary>
    public bool TryRedeem(FakeClient client, string? redirectUri, string? verifier, DateTimeOffset now)
    {
        if (client != request.Client || redirectUri != request.RedirectUri || !Proves(verifier) || now >= issuedAt + Lifetime)
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

    // RFC 7636 section 4.6; a verifier without a challenge is refused too (RFC 9700 section 2.1.1).
    private bool Proves(string? verifier) => (request.CodeChallenge, verifier) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == request.CodeChallenge,
    };
}
