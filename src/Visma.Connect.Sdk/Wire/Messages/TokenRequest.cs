using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>A form for an identity server's token, revocation or introspection endpoint, with the client's credentials.</summary>
internal sealed class TokenRequest(ConfiguredClient client, List<KeyValuePair<string, string>> form) : ServerRequest(client)
{
    // The fields whose values are secrets, or can be exchanged for secrets.
    private static readonly string[] SecretFields = ["code", "code_verifier", "refresh_token", "token"];

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? TenantId { get; init; }

    /// <summary>The grant (RFC 6749). Empty for a revocation or an introspection.</summary>
    public string GrantType => ValueOf("grant_type") ?? "";

    /// <summary>Whether it is for the revocation endpoint (RFC 7009).</summary>
    public bool IsRevocation { get; init; }

    /// <summary>Whether it is for the introspection endpoint (RFC 7662).</summary>
    public bool IsIntrospection { get; init; }

    public override string Purpose => IsRevocation ? "revocation" : IsIntrospection ? "introspection" : GrantType;

    private Uri Address => IsRevocation ? Client.Authority.RevocationEndpoint
        : IsIntrospection ? Client.Authority.IntrospectionEndpoint!
        : Client.Authority.TokenEndpoint;

    /// <summary>A request for a service token (RFC 6749 section 4.4).</summary>
    /// <exception cref="InvalidOperationException">The client's authority issues no service tokens to partners.</exception>
    public static TokenRequest ForService(ConfiguredClient client, string? tenantId, IReadOnlyList<string> scopes)
    {
        if (!client.Authority.GrantTypes.Contains(GrantTypes.ClientCredentials))
        {
            throw new InvalidOperationException(
                $"Client '{client.Name}' belongs to authority '{client.Authority.Name}', which issues no service tokens to partners: a user has to consent.");
        }

        TokenRequest request = new(client, [new("grant_type", GrantTypes.ClientCredentials)]) { Scopes = scopes, TenantId = tenantId };
        if (scopes.Count > 0)
        {
            request.Add("scope", string.Join(" ", scopes));
        }

        if (tenantId is not null)
        {
            request.Add("tenant_id", tenantId);
        }

        return request;
    }

    /// <summary>A request that exchanges an authorization code (RFC 6749 section 4.1.3).</summary>
    public static TokenRequest ForCode(ConfiguredClient client, AuthorizationRequest authorization, string code)
    {
        TokenRequest request = new(
            client,
            [new("grant_type", GrantTypes.AuthorizationCode), new("code", code), new("redirect_uri", authorization.RedirectUri)])
        {
            Scopes = authorization.Scopes,
        };
        if (authorization.CodeVerifier is { } verifier)
        {
            request.Add("code_verifier", verifier);
        }

        return request;
    }

    /// <summary>A request that exchanges a refresh token (RFC 6749 section 6). It names no scope, which could only reduce the consent.</summary>
    public static TokenRequest ForRefresh(ConfiguredClient client, string refreshToken) =>
        new(client, [new("grant_type", GrantTypes.RefreshToken), new("refresh_token", refreshToken)]);

    /// <summary>A request to the revocation endpoint (RFC 7009 section 2.1).</summary>
    public static TokenRequest ForRevocation(ConfiguredClient client, string token, string tokenTypeHint) =>
        new(client, [new("token", token), new("token_type_hint", tokenTypeHint)]) { IsRevocation = true };

    /// <summary>A request that asks whether a refresh token is active (RFC 7662 section 2.1). The authority has the endpoint.</summary>
    public static TokenRequest ForIntrospection(ConfiguredClient client, string refreshToken, TimeSpan timeout) =>
        new(client, [new("token", refreshToken), new("token_type_hint", "refresh_token")]) { IsIntrospection = true, Timeout = timeout };

    public void Add(string field, string value) => form.Add(new(field, value));

    /// <summary>The HTTP message, with the client's credentials by exactly one method (RFC 6749 section 2.3).</summary>
    public override HttpRequestMessage ToMessage(string? secret)
    {
        VismaAuthority authority = Client.Authority;
        HttpRequestMessage message = new(HttpMethod.Post, Address);
        string clientId = Client.Options.ClientId!;
        ClientAuthenticationMethod method = IsRevocation
            ? authority.RevocationEndpointAuthentication
            : Client.Options.TokenEndpointAuthentication ?? authority.TokenEndpointAuthentication;
        // At Visma Connect, a public client revokes with Basic and an empty secret (https://docs.connect.visma.com/docs/token-revocation).
        bool isBasic = method != ClientAuthenticationMethod.ClientSecretPost && (secret is not null || IsRevocation);
        if (isBasic)
        {
            message.Headers.Authorization = Basic(clientId, secret ?? "", encode: method == ClientAuthenticationMethod.ClientSecretBasic);
            message.Content = new FormUrlEncodedContent(form);
            return message;
        }

        List<KeyValuePair<string, string>> withCredentials = new(form.Count + 2);
        withCredentials.AddRange(form);
        withCredentials.Add(new("client_id", clientId));
        if (secret is not null)
        {
            withCredentials.Add(new("client_secret", secret));
        }

        message.Content = new FormUrlEncodedContent(withCredentials);
        return message;
    }

    public override IEnumerable<string> SecretForms() => Client.Options.SecretsInOrder()
        .SelectMany(secret => (string[])
        [
            Basic(Client.Options.ClientId!, secret, encode: true).Parameter!,
            Basic(Client.Options.ClientId!, secret, encode: false).Parameter!,
            secret,
        ])
        .Concat(SecretFields.Select(ValueOf).OfType<string>())
        .SelectMany(secret => (string[])
        [
            secret,
            Uri.EscapeDataString(secret),
            WebUtility.UrlEncode(secret),
            Uri.EscapeDataString(secret).Replace("%20", "+"),
        ])
        .Where(secret => secret.Length > 0)
        .Distinct(StringComparer.Ordinal);

    /// <summary>Returns server, client and tenant, without secrets.</summary>
    public override string ToString() =>
        $"{What()} {Address.Host} for client '{Client.Name}'" + (TenantId is null ? "" : $", tenant '{VisibleText.Of(TenantId)}'");

    private string What() => IsRevocation ? "the revocation at" : IsIntrospection ? "the introspection at" : GrantType switch
    {
        GrantTypes.AuthorizationCode => "the exchange of the authorization code at",
        GrantTypes.RefreshToken => "the renewal at",
        _ => "the token request to",
    };

    private string? ValueOf(string field)
    {
        foreach (KeyValuePair<string, string> entry in form)
        {
            if (entry.Key == field)
            {
                return entry.Value;
            }
        }

        return null;
    }

    // RFC 6749 section 2.3.1: both parts are form-url-encoded before they are joined, because an id may contain a colon.
    private static AuthenticationHeaderValue Basic(string clientId, string secret, bool encode)
    {
        string credentials = encode ? $"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(secret)}" : $"{clientId}:{secret}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }
}
