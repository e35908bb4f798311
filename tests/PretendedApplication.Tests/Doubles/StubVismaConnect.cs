using System.Text.Json;

namespace PretendedApplication.Doubles;

/// <summary>Visma Connect with one user.</summary>
internal sealed class StubVismaConnect : VismaConnectClient
{
    public override Task<TokenResponse> ExchangeCodeAsync(AuthorizationRequest request, AuthorizationResponse response, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TokenResponse("access", TimeSpan.FromHours(1), ["openid", "email"], idToken: "a.b.c"));

    public override Task<IdToken> ValidateIdTokenAsync(string idToken, string? nonce = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new IdToken(JsonSerializer.SerializeToElement(new { sub = "user-1", iss = "https://connect.visma.com", sid = "session-1", nonce })));

    public override Task<UserInfo> GetUserInfoAsync(string accessToken, string? expectedSubject = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new UserInfo(JsonSerializer.SerializeToElement(new { sub = expectedSubject, name = "Kari Nordmann", email = "kari@acme.example" })));

    public override Uri CreateEndSessionUrl(string? idToken = null, string? postLogoutRedirectUri = null, string? state = null) =>
        new($"https://connect.example/endsession?id_token_hint={idToken}&post_logout_redirect_uri={postLogoutRedirectUri}");
}
