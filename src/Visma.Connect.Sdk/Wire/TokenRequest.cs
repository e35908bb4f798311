using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>A request to a token endpoint: the form, and whose it is, for the messages about it.</summary>
internal sealed class TokenRequest(
    RegisteredClient client,
    List<KeyValuePair<string, string>> form,
    IReadOnlyList<string> scopes,
    string? tenantId)
{
    public RegisteredClient Client => client;

    public IReadOnlyList<string> Scopes => scopes;

    public string? TenantId => tenantId;

    /// <summary>The HTTP message, with the client's credentials by exactly one method (RFC 6749 section 2.3).</summary>
    public HttpRequestMessage ToMessage(string? secret)
    {
        HttpRequestMessage message = new(HttpMethod.Post, client.Authority.TokenEndpoint);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        string clientId = client.Options.ClientId!;
        ClientAuthenticationMethod method = client.Options.TokenEndpointAuthentication ?? client.Authority.TokenEndpointAuthentication;
        if (secret is not null && method != ClientAuthenticationMethod.ClientSecretPost)
        {
            message.Headers.Authorization = Basic(clientId, secret, encode: method == ClientAuthenticationMethod.ClientSecretBasic);
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

    /// <summary>Every form in which a secret of this request may come back in a server's text.</summary>
    public IEnumerable<string> SecretForms() => client.Options.SecretsInOrder().SelectMany(secret => new[]
    {
        Basic(client.Options.ClientId!, secret, encode: true).Parameter!,
        Basic(client.Options.ClientId!, secret, encode: false).Parameter!,
        secret,
        Uri.EscapeDataString(secret),
        WebUtility.UrlEncode(secret),
        Uri.EscapeDataString(secret).Replace("%20", "+"),
    }).Distinct(StringComparer.Ordinal);

    /// <summary>Names the server, the client and the tenant; nothing secret.</summary>
    public override string ToString() =>
        $"the token request to {client.Authority.TokenEndpoint.Host} for client '{client.Name}'" + (tenantId is null ? "" : $", tenant '{VisibleText.Of(tenantId)}'");

    // RFC 6749 section 2.3.1: both parts are form-url-encoded before they are joined, or an id with a colon could not be told apart.
    private static AuthenticationHeaderValue Basic(string clientId, string secret, bool encode)
    {
        string credentials = encode ? $"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(secret)}" : $"{clientId}:{secret}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }
}
