using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk;

/// <summary>
/// Validates what one identity server has signed for one application, with its published keys: id tokens and logout tokens. What a kind of token must
/// contain besides is in <see cref="IdTokenRules"/> and <see cref="LogoutTokenRules"/>.
/// </summary>
/// <remarks>
/// Only this class, the rules, and the classes that it uses for the keys use Microsoft.IdentityModel, which is loaded when the first token is validated.
/// </remarks>
internal sealed class SignedTokenValidator
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly VismaAuthority _authority;
    private readonly FetchedDocument<OpenIdConnectConfiguration> _keys;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    public SignedTokenValidator(VismaAuthority authority, ServerExchange exchange, ConfiguredClient client, TimeProvider time)
    {
        _authority = authority;
        _time = time;
        _keys = new FetchedDocument<OpenIdConnectConfiguration>(new DiscoveryDocuments(exchange, client, time).FetchAsync, time);
    }

    public bool IsFor(VismaAuthority authority) =>
        _authority.Issuer == authority.Issuer
        && _authority.DiscoveryEndpoint == authority.DiscoveryEndpoint
        && _authority.KeysEndpoint == authority.KeysEndpoint;

    /// <exception cref="VismaConnectException">The keys cannot be fetched.</exception>
    public Task FetchKeysAsync(CancellationToken cancellationToken) => _keys.GetAsync(cancellationToken);

    /// <exception cref="VismaConnectException">The id token is not valid, or the keys cannot be fetched.</exception>
    public async Task<IdToken> ValidateIdTokenAsync(
        string idToken,
        string clientId,
        string? nonce,
        string? accessToken,
        CancellationToken cancellationToken)
    {
        JsonWebToken token = await ValidateAsync(
            idToken,
            clientId,
            valid => IdTokenRules.FaultOf(valid, clientId, nonce, accessToken),
            fault => $"The id token from {_authority.Issuer} is refused: {fault}. The user is not signed in.",
            cancellationToken).ConfigureAwait(false);
        return new IdToken(token.Subject, token.Issuer, JwtClaims.Read(idToken)!.Value);
    }

    /// <exception cref="VismaConnectException">The logout token is not valid, or the keys cannot be fetched.</exception>
    public async Task<LogoutToken> ValidateLogoutTokenAsync(string logoutToken, string clientId, CancellationToken cancellationToken)
    {
        await ValidateAsync(
            logoutToken,
            clientId,
            LogoutTokenRules.FaultOf,
            fault => $"The logout token from {_authority.Issuer} is refused: {fault}. Nobody is signed out.",
            cancellationToken).ConfigureAwait(false);
        return new LogoutToken(JwtClaims.Read(logoutToken)!.Value);
    }

    private async Task<JsonWebToken> ValidateAsync(
        string jwt,
        string clientId,
        Func<JsonWebToken, string?> faultOf,
        Func<string, string> describe,
        CancellationToken cancellationToken)
    {
        OpenIdConnectConfiguration configuration = await _keys.GetAsync(cancellationToken).ConfigureAwait(false);
        TokenValidationResult result = await CheckAsync(jwt, clientId, configuration).ConfigureAwait(false);
        // The server may have a new key, under an id that is unknown here or under the same id.
        if (result.Exception is SecurityTokenInvalidSignatureException
            && await _keys.GetNewerAsync(configuration, cancellationToken).ConfigureAwait(false) is { } newer)
        {
            configuration = newer;
            result = await CheckAsync(jwt, clientId, configuration).ConfigureAwait(false);
        }

        string? ofClock = ClockFaultOf(result);
        if ((ofClock ?? FaultOf(result, configuration) ?? faultOf((JsonWebToken)result.SecurityToken)) is { } fault)
        {
            throw new VismaConnectException(describe(fault), ofClock is null ? null : IdentityServerCauses.WrongClock.Remedy, innerException: null);
        }

        return (JsonWebToken)result.SecurityToken;
    }

    private Task<TokenValidationResult> CheckAsync(string jwt, string clientId, OpenIdConnectConfiguration configuration) =>
        _handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            ValidIssuer = _authority.Issuer,
            ValidAudience = clientId,
            // Both servers of Visma sign with this algorithm. So a token with 'none' or a symmetric key is refused.
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = configuration.SigningKeys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
        });

    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        // The skew is applied to the own time: if a token has no time, Microsoft.IdentityModel passes the first or last DateTime, to which nothing can
        // be added.
        DateTime now = _time.GetUtcNow().UtcDateTime;
        return expires is not null && now - ClockSkew < expires && !(now + ClockSkew < notBefore);
    }

    private static string? FaultOf(TokenValidationResult result, OpenIdConnectConfiguration configuration) => result.Exception switch
    {
        null when result.IsValid && string.IsNullOrEmpty(((JsonWebToken)result.SecurityToken).Kid) && configuration.SigningKeys.Count > 1 =>
            "it does not say which of the server's keys signed it",
        null when result.IsValid => null,
        SecurityTokenInvalidIssuerException => "another issuer made it",
        SecurityTokenInvalidAudienceException => "it is for another application",
        SecurityTokenNoExpirationException or SecurityTokenInvalidLifetimeException => "it has no 'exp', so it would never expire",
        SecurityTokenSignatureKeyNotFoundException => "none of the server's keys signed it",
        SecurityTokenInvalidSignatureException => "its signature is wrong or missing",
        _ => "it cannot be read",
    };

    // With both times: the server's clock or the own one is wrong, and the person who reads the message has to find out which.
    private string? ClockFaultOf(TokenValidationResult result)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        string? told = result.Exception switch
        {
            SecurityTokenInvalidLifetimeException { NotBefore: { } notBefore } when now + ClockSkew < notBefore =>
                $"it is not valid before {Text(notBefore)} ('nbf')",
            SecurityTokenInvalidLifetimeException { Expires: { } expires } when expires > DateTime.MinValue => $"it expired at {Text(expires)} ('exp')",
            null when result.IsValid && IssuedAt((JsonWebToken)result.SecurityToken) is { } issuedAt && now + ClockSkew < issuedAt =>
                $"it was issued in the future, at {Text(issuedAt)} ('iat')",
            _ => null,
        };
        return told is null ? null
            : $"{told}, and the clock of this machine says {Text(now)}; the clocks may differ by "
                + FormattableString.Invariant($"{ClockSkew.TotalMinutes:0} minutes (clock skew)");
    }

    private static DateTime? IssuedAt(JsonWebToken token) => token.IssuedAt > DateTime.MinValue ? token.IssuedAt : null;

    private static string Text(DateTime time) => FormattableString.Invariant($"{time:u}");
}
