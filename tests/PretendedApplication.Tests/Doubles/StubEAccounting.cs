namespace PretendedApplication.Doubles;

/// <summary>eAccounting's identity server: each refresh token is exchanged for the next one.</summary>
internal sealed class StubEAccounting : EAccountingIdentityClient
{
    public List<string> Revoked { get; } = [];

    public override Task<TokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TokenResponse($"access of {refreshToken}", refreshToken: $"{refreshToken}'"));

    public override Task RevokeAsync(string token, CancellationToken cancellationToken = default)
    {
        Revoked.Add(token);
        return Task.CompletedTask;
    }
}
