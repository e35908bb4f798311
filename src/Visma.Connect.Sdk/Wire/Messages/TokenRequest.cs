using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>A form for an identity server's token or revocation endpoint, with the client's credentials.</summary>
internal sealed class TokenRequest(ConfiguredClient client, List<KeyValuePair<string, string>> form) : ServerRequest(client)
{
    // What of a form is secret, or is exchanged for what is.
    private static readonly string[] SecretFields = ["code", "code_verifier", "refresh_token", "token"];

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? TenantId { get; init; }

    /// <summary>The grant it asks with (RFC 6749); empty for a revocation.</summary>
    public string GrantType => ValueOf("grant_type") ?? "";

    /// <summary>Whether it is for the revocation endpoint (RFC 7009).</summary>
    public bool IsRevocation { get; init; }

    /// <summary>The HTTP message, with the client's credentials by exactly one method (RFC 6749 section 2.3).</summary>
    public override HttpRequestMessage ToMessage(string? secret)
    {
        VismaAuthority authority = Client.Authority;
        HttpRequestMessage message = new(HttpMethod.Post, IsRevocation ? authority.RevocationEndpoint : authority.TokenEndpoint);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        string clientId = Client.Options.ClientId!;
        ClientAuthenticationMethod method = IsRevocation
            ? authority.RevocationEndpointAuthentication
            : Client.Options.TokenEndpointAuthentication ?? authority.TokenEndpointAuthentication;
        // Visma Connect has public clients revoke by Basic with an empty secret (https://docs.connect.visma.com/docs/token-revocation).
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

    /// <summary>Names the server, the client and the tenant; nothing secret.</summary>
    public override string ToString() =>
        $"{What()} {Client.Authority.TokenEndpoint.Host} for client '{Client.Name}'" + (TenantId is null ? "" : $", tenant '{VisibleText.Of(TenantId)}'");

    private string What() => IsRevocation ? "the revocation at" : GrantType switch
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

    // RFC 6749 section 2.3.1: both parts are form-url-encoded before they are joined, or an id with a colon could not be told apart.
    private static AuthenticationHeaderValue Basic(string clientId, string secret, bool encode)
    {
        string credentials = encode ? $"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(secret)}" : $"{clientId}:{secret}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }
}
