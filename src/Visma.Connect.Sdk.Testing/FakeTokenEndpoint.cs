using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Visma Connect's <c>/connect/token</c>.</summary>
internal sealed class FakeTokenEndpoint(FakeVisma visma)
{
    private readonly JsonWebTokenHandler _jwt = new() { SetDefaultTimesOnTokenCreation = false };

    public FakeReply Answer(FakeRequest request)
    {
        if (request.Method != "POST")
        {
            return FakeReply.Status(HttpStatusCode.MethodNotAllowed);
        }

        // A JSON body is refused like an empty one, as Visma's server does.
        if (!request.Form.TryGetValue("grant_type", out string? grantType))
        {
            return FakeReply.Refusal("invalid_request");
        }

        if (!TryAuthenticate(request, out FakeClient client, out FakeReply refusal))
        {
            return refusal;
        }

        return grantType == "client_credentials" ? ClientCredentials(client, request) : FakeReply.Refusal("unsupported_grant_type");
    }

    private bool TryAuthenticate(FakeRequest request, out FakeClient client, out FakeReply refusal)
    {
        bool isBasic = request.Authorization?.StartsWith("Basic ", StringComparison.Ordinal) == true;
        string? clientId = request.Form.GetValueOrDefault("client_id");
        string? secret = request.Form.GetValueOrDefault("client_secret");
        client = null!;
        if (isBasic && secret is not null)
        {
            refusal = FakeReply.Refusal("invalid_request", "more than one way of client authentication");
            return false;
        }

        if (isBasic)
        {
            (clientId, secret) = ReadBasic(request.Authorization!["Basic ".Length..]);
        }

        refusal = FakeReply.Refusal("invalid_client", status: isBasic ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest);
        if (visma.State.FindClient(clientId) is not { } found || !found.Accepts(secret))
        {
            return false;
        }

        client = found;
        return true;
    }

    private static (string? ClientId, string? Secret) ReadBasic(string credentials)
    {
        byte[] decoded = new byte[credentials.Length];
        if (!Convert.TryFromBase64String(credentials, decoded, out int length))
        {
            return (null, null);
        }

        string[] pair = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return (WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair.ElementAtOrDefault(1)));
    }

    private FakeReply ClientCredentials(FakeClient client, FakeRequest request)
    {
        string? tenant = request.Form.GetValueOrDefault("tenant_id");
        if (tenant is not null && visma.State.FindCompany(tenant)?.HasGranted(client) != true)
        {
            return FakeReply.Refusal("invalid_tenant", "The tenant has not granted this application.");
        }

        string[] scopes = request.Form.GetValueOrDefault("scope")?.Split(' ') ?? [.. client.Scopes];
        return scopes.All(client.Scopes.Contains)
            ? Token(client, tenant, scopes)
            : FakeReply.Refusal("invalid_scope");
    }

    private FakeReply Token(FakeClient client, string? tenant, string[] scopes)
    {
        DateTimeOffset now = visma.State.Time.GetUtcNow();
        DateTimeOffset expiresAt = now + client.TokenLifetime;
        FakeToken token = new(Jwt(client, tenant, scopes, now, expiresAt), tenant, scopes, expiresAt);
        visma.State.Add(token);
        return FakeReply.Json(HttpStatusCode.OK, new JsonObject
        {
            ["access_token"] = token.Value,
            ["expires_in"] = (long)client.TokenLifetime.TotalSeconds,
            ["token_type"] = "Bearer",
            ["scope"] = string.Join(' ', scopes),
        });
    }

    // The claims of https://docs.connect.visma.com/docs/access-token: scope and aud are lists, and there is no sub for a service.
    private string Jwt(FakeClient client, string? tenant, string[] scopes, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        Dictionary<string, object> claims = new()
        {
            ["client_id"] = client.ClientId,
            ["scope"] = scopes,
            ["jti"] = Guid.NewGuid().ToString("N").ToUpper(CultureInfo.InvariantCulture),
        };
        if (tenant is not null)
        {
            claims["tenant_id"] = tenant;
        }

        SecurityTokenDescriptor descriptor = new()
        {
            Issuer = visma.VismaConnect.Issuer,
            NotBefore = now.UtcDateTime,
            Expires = expiresAt.UtcDateTime,
            Claims = claims,
            SigningCredentials = FakeSigningKey.Credentials,
        };
        descriptor.Audiences.Add(visma.NetErp.BaseAddress.AbsoluteUri);
        return _jwt.CreateToken(descriptor);
    }
}
