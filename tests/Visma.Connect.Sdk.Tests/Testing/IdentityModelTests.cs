using System.Net;
using System.Security.Claims;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Duende.IdentityModel.Jwk;
using Token = Duende.IdentityModel.Client.TokenResponse;

namespace Visma.Connect.Sdk.Tests.Testing;

// A client library of others drives every endpoint of FakeVisma. Where it disagrees with FakeVisma, FakeVisma is wrong.
public class IdentityModelTests
{
    private const string Scopes = "openid email profile offline_access vismanet_erp_interactive_api:read";

    [Theory]
    [InlineData(ClientCredentialStyle.AuthorizationHeader)]
    [InlineData(ClientCredentialStyle.PostBody)]
    public async Task Service_token_is_requested_for_a_company(ClientCredentialStyle style)
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        FakeClient service = app.Visma.AddClient("isv_acme_service", "a", "b");

        Token token = await app.Http.RequestClientCredentialsTokenAsync(
            new ClientCredentialsTokenRequest
            {
                Address = app.Server.Authority.TokenEndpoint.AbsoluteUri,
                ClientId = service.ClientId,
                ClientSecret = service.Secret,
                ClientCredentialStyle = style,
                Scope = "a",
                Parameters = { { "tenant_id", app.Company.Grant(service).TenantId } },
            },
            TestApp.Cancellation);

        Assert.False(token.IsError, token.Error);
        Assert.NotEmpty(token.AccessToken!);
        Assert.Equal(("Bearer", 3600, "a", null), (token.TokenType, token.ExpiresIn, token.Scope, token.RefreshToken));
        Assert.Equal("no-store", token.HttpResponse!.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Code_is_exchanged_renewed_introspected_and_revoked(bool isEAccounting)
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        app.Server = isEAccounting ? app.Visma.EAccountingIdentity : app.Visma.Connect;

        Token first = await ConnectAsync(app);
        Token second = await RefreshAsync(app, first.RefreshToken!);
        TokenIntrospectionResponse before = await IntrospectAsync(app, second.RefreshToken!);
        TokenRevocationResponse revoked = await RevokeAsync(app, second.RefreshToken!);
        TokenIntrospectionResponse after = await IntrospectAsync(app, second.RefreshToken!);
        Token refused = await RefreshAsync(app, second.RefreshToken!);

        Assert.False(first.IsError, first.Error);
        Assert.False(second.IsError, second.Error);
        Assert.NotEmpty(first.IdentityToken!);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.False(before.IsError, before.Error);
        Assert.True(before.IsActive);
        Assert.False(revoked.IsError, revoked.Error);
        Assert.False(after.IsError, after.Error);
        Assert.False(after.IsActive);
        Assert.Equal((OidcConstants.TokenErrors.InvalidGrant, ResponseErrorType.Protocol), (refused.Error, refused.ErrorType));
    }

    [Fact]
    public async Task User_info_has_the_claims_of_the_user()
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        Token token = await ConnectAsync(app);

        UserInfoResponse info = await app.Http.GetUserInfoAsync(
            new UserInfoRequest { Address = app.Server.Authority.UserInfoEndpoint!.AbsoluteUri, Token = token.AccessToken },
            TestApp.Cancellation);

        Assert.False(info.IsError, info.Error);
        Assert.Equal(app.User.Subject, Value(info.Claims, JwtClaimTypes.Subject));
        Assert.Equal(app.User.Email, Value(info.Claims, JwtClaimTypes.Email));
        Assert.Equal(app.User.Name, Value(info.Claims, JwtClaimTypes.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Discovery_document_and_keys_pass_the_strict_policy(bool isEAccounting)
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        VismaAuthority authority = (isEAccounting ? app.Visma.EAccountingIdentity : app.Visma.Connect).Authority;

        DiscoveryDocumentResponse document = await app.Http.GetDiscoveryDocumentAsync(authority.Issuer, TestApp.Cancellation);
        JsonWebKeySetResponse keys = await app.Http.GetJsonWebKeySetAsync(document.JwksUri, TestApp.Cancellation);

        Assert.False(document.IsError, document.Error);
        Assert.Equal(
            (authority.Issuer, authority.AuthorizationEndpoint!.AbsoluteUri, authority.TokenEndpoint.AbsoluteUri, authority.RevocationEndpoint!.AbsoluteUri),
            (document.Issuer, document.AuthorizeEndpoint, document.TokenEndpoint, document.RevocationEndpoint));
        Assert.Equal(
            (authority.UserInfoEndpoint!.AbsoluteUri, authority.EndSessionEndpoint!.AbsoluteUri, $"{authority.Issuer}/connect/introspect"),
            (document.UserInfoEndpoint, document.EndSessionEndpoint, document.IntrospectionEndpoint));
        Assert.False(keys.IsError, keys.Error);
        JsonWebKey key = Assert.Single(keys.KeySet!.Keys);
        Assert.Equal(("RSA", "sig", "RS256"), (key.Kty, key.Use, key.Alg));
        Assert.Equal(key.Kid, Assert.Single(document.KeySet!.Keys).Kid);
    }

    [Fact]
    public async Task Session_is_ended_at_the_address_that_the_library_of_others_creates()
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        Token token = await ConnectAsync(app);
        string address = new RequestUrl(app.Server.Authority.EndSessionEndpoint!.AbsoluteUri)
            .CreateEndSessionUrl(token.IdentityToken, PlainApplication.RedirectUri, "a state");

        using HttpResponseMessage response = await app.Http.GetAsync(new Uri(address), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal($"{PlainApplication.RedirectUri}&state=a%20state", response.Headers.Location!.AbsoluteUri);
    }

    [Fact]
    public async Task Code_that_was_exchanged_before_is_refused_by_an_error_of_the_protocol()
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        string code = await app.SignInAsync();
        await ExchangeAsync(app, code, app.Client.Secret);

        Token refused = await ExchangeAsync(app, code, app.Client.Secret);

        Assert.Equal((OidcConstants.TokenErrors.InvalidGrant, ResponseErrorType.Protocol), (refused.Error, refused.ErrorType));
    }

    // RFC 6749 section 5.2: the reply to a wrong Basic header has the status 401 and the matching WWW-Authenticate.
    [Fact]
    public async Task Wrong_basic_header_is_answered_with_a_challenge_at_every_endpoint_of_clients()
    {
        await using PlainApplication app = await PlainApplication.StartAsync();
        string wrong = "wrong";

        ProtocolResponse[] refusals =
        [
            await ExchangeAsync(app, await app.SignInAsync(), wrong),
            await RevokeAsync(app, "r3fresh", wrong),
            await IntrospectAsync(app, "r3fresh", wrong),
        ];

        Assert.All(refusals, refusal =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refusal.HttpStatusCode);
            Assert.Equal("Basic", Assert.Single(refusal.HttpResponse!.Headers.WwwAuthenticate).Scheme);
            Assert.Contains(OidcConstants.TokenErrors.InvalidClient, refusal.Raw, StringComparison.Ordinal);
        });
    }

    private static async Task<Token> ConnectAsync(PlainApplication app) =>
        await ExchangeAsync(app, await app.SignInAsync(("scope", Scopes)), app.Client.Secret);

    private static Task<Token> ExchangeAsync(PlainApplication app, string code, string secret) => app.Http.RequestAuthorizationCodeTokenAsync(
        new AuthorizationCodeTokenRequest
        {
            Address = app.Server.Authority.TokenEndpoint.AbsoluteUri,
            ClientId = app.Client.ClientId,
            ClientSecret = secret,
            Code = code,
            RedirectUri = PlainApplication.RedirectUri,
            CodeVerifier = PlainApplication.Verifier,
        },
        TestApp.Cancellation);

    private static Task<Token> RefreshAsync(PlainApplication app, string refreshToken) => app.Http.RequestRefreshTokenAsync(
        new RefreshTokenRequest
        {
            Address = app.Server.Authority.TokenEndpoint.AbsoluteUri,
            ClientId = app.Client.ClientId,
            ClientSecret = app.Client.Secret,
            RefreshToken = refreshToken,
        },
        TestApp.Cancellation);

    private static Task<TokenRevocationResponse> RevokeAsync(PlainApplication app, string token, string? secret = null) => app.Http.RevokeTokenAsync(
        new TokenRevocationRequest
        {
            Address = app.Server.Authority.RevocationEndpoint!.AbsoluteUri,
            ClientId = app.Client.ClientId,
            ClientSecret = secret ?? app.Client.Secret,
            Token = token,
            TokenTypeHint = OidcConstants.TokenTypes.RefreshToken,
        },
        TestApp.Cancellation);

    private static Task<TokenIntrospectionResponse> IntrospectAsync(PlainApplication app, string token, string? secret = null) => app.Http.IntrospectTokenAsync(
        new TokenIntrospectionRequest
        {
            Address = $"{app.Server.Authority.Issuer}/connect/introspect",
            ClientId = app.Client.ClientId,
            ClientSecret = secret ?? app.Client.Secret,
            Token = token,
            TokenTypeHint = OidcConstants.TokenTypes.RefreshToken,
        },
        TestApp.Cancellation);

    private static string? Value(IEnumerable<Claim> claims, string type) => claims.SingleOrDefault(claim => claim.Type == type)?.Value;
}
