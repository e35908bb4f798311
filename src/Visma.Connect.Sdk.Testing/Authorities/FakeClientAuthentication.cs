using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// Authenticates a client by a Basic header, or by its id and secret in the form. A request with both is refused (RFC 6749 section 2.3).
/// </summary>
internal sealed class FakeClientAuthentication(FakeState state)
{
    /// <summary>
    /// The reply to a client that could not be authenticated. A 401 names the method (RFC 6749 section 5.2, RFC 9110 section 15.5.2).
    /// </summary>
    public static FakeReply Unauthorized { get; } = FakeReply.Json(
        HttpStatusCode.Unauthorized,
        new JsonObject { ["error"] = "invalid_client" },
        ("WWW-Authenticate", "Basic realm=\"client\""));

    public bool TryAuthenticate(FakeRequest request, out FakeClient client, out FakeReply refusal)
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

        refusal = isBasic ? Unauthorized : FakeReply.Refusal("invalid_client");
        if (state.FindClient(clientId) is not { } found || !found.Accepts(secret))
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
}
