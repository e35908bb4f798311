using System.Net;
using System.Net.Http.Headers;
using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>A form for an identity server's token, revocation or introspection endpoint, with the client's credentials.</summary>
internal sealed class TokenRequest(ConfiguredClient client, List<KeyValuePair<string, string>> form) : ServerRequest(client)
{
    /// <summary>Visma's parameter for the company of a service token.</summary>
    public const string TenantParameter = "tenant_id";

    private static readonly string[] UsualSecretFields =
    [
        OidcConstants.TokenRequest.Code, OidcConstants.TokenRequest.CodeVerifier, OidcConstants.TokenRequest.RefreshToken,
        OidcConstants.TokenIntrospectionRequest.Token,
    ];

    // The fields whose values are secrets, or can be exchanged for secrets.
    private IReadOnlyList<string> SecretFields { get; init; } = UsualSecretFields;

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? TenantId { get; init; }

    /// <summary>The grant (RFC 6749). Empty for a revocation or an introspection.</summary>
    public string GrantType { get; private init; } = "";

    /// <summary>Whether it is for the revocation endpoint (RFC 7009).</summary>
    public bool IsRevocation { get; init; }

    /// <summary>Whether it is for the introspection endpoint (RFC 7662).</summary>
    public bool IsIntrospection { get; init; }

    public override string Purpose => IsRevocation ? "revocation" : IsIntrospection ? "introspection" : GrantType;

    // A code or a refresh token can be spent by the first attempt, and a new token of VNI ends the earlier one.
    public override bool MayBeRepeated =>
        IsRevocation || IsIntrospection || (GrantType == GrantTypes.ClientCredentials && !Client.Authority.IsLegacy);

    // In a reply that is too long to be used, the only valid refresh token can come late.
    public override int MostBytes => GrantType == GrantTypes.RefreshToken ? 4 * ServerReply.MaxBytes : ServerReply.MaxBytes;

    private Uri Address { get; init; } = client.Authority.TokenEndpoint;

    /// <summary>A request for a service token (RFC 6749 section 4.4).</summary>
    /// <exception cref="InvalidOperationException">The client's authority issues no service tokens to partners.</exception>
    public static TokenRequest ForService(ConfiguredClient client, string? tenantId, IReadOnlyList<string> scopes)
    {
        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"Client '{client.Name}' belongs to authority '{client.Authority.Name}', which issues no service tokens to partners: a user has to consent.");
        }

        TokenRequest request = new(client, FormOf(GrantTypes.ClientCredentials))
        {
            GrantType = GrantTypes.ClientCredentials,
            Scopes = scopes,
            TenantId = tenantId,
        };
        if (scopes.Count > 0)
        {
            request.Add(OidcConstants.TokenRequest.Scope, string.Join(" ", scopes));
        }

        if (tenantId is not null)
        {
            request.Add(TenantParameter, tenantId);
        }

        return request;
    }

    /// <summary>A request that exchanges an authorization code (RFC 6749 section 4.1.3).</summary>
    public static TokenRequest ForCode(ConfiguredClient client, AuthorizationRequest authorization, string code)
    {
        TokenRequest request = new(client, FormOf(GrantTypes.AuthorizationCode))
        {
            GrantType = GrantTypes.AuthorizationCode,
            Scopes = authorization.Scopes,
        };
        request.Add(OidcConstants.TokenRequest.Code, code);
        request.Add(OidcConstants.TokenRequest.RedirectUri, authorization.RedirectUri);
        if (authorization.CodeVerifier is { } verifier)
        {
            request.Add(OidcConstants.TokenRequest.CodeVerifier, verifier);
        }

        return request;
    }

    /// <summary>A request that exchanges a refresh token (RFC 6749 section 6). It names no scope, which could only reduce the consent.</summary>
    public static TokenRequest ForRefresh(ConfiguredClient client, string refreshToken)
    {
        TokenRequest request = new(client, FormOf(GrantTypes.RefreshToken)) { GrantType = GrantTypes.RefreshToken };
        request.Add(OidcConstants.TokenRequest.RefreshToken, refreshToken);
        return request;
    }

    /// <summary>A request with an extension grant (RFC 6749 section 4.5), which <see cref="ExtensionGrant"/> has checked.</summary>
    public static TokenRequest ForExtension(
        ConfiguredClient client,
        string grantType,
        IReadOnlyList<KeyValuePair<string, string>> parameters,
        IReadOnlyList<string> scopes,
        IReadOnlyList<string> secretFields) =>
        new(client, [.. FormOf(grantType), .. parameters])
        {
            GrantType = grantType,
            Scopes = scopes,
            TenantId = ValuesOf(TenantParameter, parameters).FirstOrDefault(),
            SecretFields = secretFields,
        };

    /// <summary>A request to the revocation endpoint (RFC 7009 section 2.1).</summary>
    /// <exception cref="OptionsValidationException">The authority has none.</exception>
    public static TokenRequest ForRevocation(ConfiguredClient client, string token, string tokenTypeHint)
    {
        VismaAuthority authority = client.Authority;
        return new TokenRequest(client, AboutToken(token, tokenTypeHint))
        {
            IsRevocation = true,
            Address = authority.Require(authority.RevocationEndpoint, nameof(authority.RevocationEndpoint)),
        };
    }

    /// <summary>A request that asks whether a refresh token is active (RFC 7662 section 2.1). The authority has the endpoint.</summary>
    public static TokenRequest ForIntrospection(ConfiguredClient client, string refreshToken, TimeSpan timeout) =>
        new(client, AboutToken(refreshToken, OidcConstants.TokenTypes.RefreshToken))
        {
            IsIntrospection = true,
            Address = client.Authority.IntrospectionEndpoint!,
            Timeout = timeout,
        };

    public void Add(string field, string value) => form.Add(new KeyValuePair<string, string>(field, value));

    /// <summary>The HTTP message, with the client's credentials by exactly one method (RFC 6749 section 2.3).</summary>
    public override HttpRequestMessage ToMessage(string? secret)
    {
        VismaAuthority authority = Client.Authority;
        ClientAuthenticationMethod method = IsRevocation
            ? authority.RevocationEndpointAuthentication
            : Client.Options.TokenEndpointAuthentication ?? authority.TokenEndpointAuthentication;
        // At Visma Connect, a public client revokes with Basic and an empty secret (https://docs.connect.visma.com/docs/token-revocation).
        // Elsewhere it sends its client id in the form, as at the token endpoint (RFC 7009 section 2.1).
        bool isBasic = method != ClientAuthenticationMethod.ClientSecretPost && (secret is not null || (IsRevocation && authority.IsOfVisma));
        string clientId = Client.Options.ClientId!;
        HttpRequestMessage message = new(HttpMethod.Post, Address) { Content = new FormUrlEncodedContent(isBasic ? form : WithCredentials(clientId, secret)) };
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (isBasic)
        {
            message.Headers.Authorization = BasicOf(clientId, secret ?? "", method);
        }

        return message;
    }

    // A method of its own: only a client with Basic loads the assembly of the headers.
    private static AuthenticationHeaderValue BasicOf(string clientId, string secret, ClientAuthenticationMethod method) =>
        method == ClientAuthenticationMethod.ClientSecretBasicRaw
            ? new BasicAuthenticationHeaderValue(clientId, secret)
            : new BasicAuthenticationOAuthHeaderValue(clientId, secret);

    public override IEnumerable<string> SecretForms() => Client.Options.SecretsInOrder()
        .SelectMany(secret => (string[])
        [
            new BasicAuthenticationOAuthHeaderValue(Client.Options.ClientId!, secret).Parameter!,
            new BasicAuthenticationHeaderValue(Client.Options.ClientId!, secret).Parameter!,
            secret,
        ])
        .Concat(SecretFields.SelectMany(field => ValuesOf(field, form)))
        .SelectMany(secret => (string[])
        [
            secret,
            Uri.EscapeDataString(secret),
            WebUtility.UrlEncode(secret),
            Uri.EscapeDataString(secret).Replace("%20", "+"),
        ]);

    /// <summary>Returns server, client and tenant, without secrets.</summary>
    public override string ToString() =>
        $"{What()} {Address.Host} for client '{Client.Name}'" + (TenantId is null ? "" : $", tenant '{VisibleText.Of(TenantId)}'");

    private string What() => IsRevocation ? "the revocation at" : IsIntrospection ? "the introspection at" : GrantType switch
    {
        GrantTypes.AuthorizationCode => "the exchange of the authorization code at",
        GrantTypes.RefreshToken => "the renewal at",
        _ => "the token request to",
    };

    // In a copy, because the next attempt can have another secret.
    private KeyValuePair<string, string>[] WithCredentials(string clientId, string? secret)
    {
        KeyValuePair<string, string> name = new(OidcConstants.TokenRequest.ClientId, clientId);
        return secret is null ? [.. form, name] : [.. form, name, new(OidcConstants.TokenRequest.ClientSecret, secret)];
    }

    private static IEnumerable<string> ValuesOf(string field, IEnumerable<KeyValuePair<string, string>> form) =>
        form.Where(sent => sent.Key == field).Select(sent => sent.Value);

    private static List<KeyValuePair<string, string>> FormOf(string grantType)
    {
        List<KeyValuePair<string, string>> form = [];
        form.Add(new KeyValuePair<string, string>(OidcConstants.TokenRequest.GrantType, grantType));
        return form;
    }

    private static List<KeyValuePair<string, string>> AboutToken(string token, string tokenTypeHint) =>
    [
        new(OidcConstants.TokenIntrospectionRequest.Token, token), new(OidcConstants.TokenIntrospectionRequest.TokenTypeHint, tokenTypeHint),
    ];
}
