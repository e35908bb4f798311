using System.Buffers.Text;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>A consent ends at tokens whose claims are odd, or at a discovery document that is.</summary>
public class ConsentTests
{
    private static readonly Corpus Claims = new(
        [
            """{"iss":"https://connect.visma.com","aud":["https://api.finance.visma.net"],"exp":1764073600,"client_id":"isv_acme","scope":["a","b"],"sub":"2c5e","tenant_id":"a1b2"}""",
            """{"iss":"https://identity.vismaonline.com","aud":"https://identity.vismaonline.com/resources","sub":"2c5e","customer_id":"c3d4","email":"ola@acme.example"}""",
            """{"sub":7,"tenant_id":{"id":[]}}""",
            "[]", "",
            // Inputs that found a fault.
            """{"sub":"2c5e","tenant\ud800_id":"a1b2"}""",
        ],
        ["sub", "tenant_id", "customer_id", "aud", "\"sub\":\"2c5e\",", "\"\\ud800\":1,", "\\ud800"]);

    private static readonly string Document = """
        {"issuer":"https://connect.visma.com","jwks_uri":"https://connect.visma.com/.well-known/openid-configuration/jwks","authorization_endpoint":"https://connect.visma.com/connect/authorize","token_endpoint":"https://connect.visma.com/connect/token","scopes_supported":["openid","profile"],"claims_supported":["sub"],"grant_types_supported":["authorization_code","client_credentials"],"response_types_supported":["code"],"id_token_signing_alg_values_supported":["RS256"],"frontchannel_logout_supported":true,"authorization_response_iss_parameter_supported":true}
        """;

    private static readonly string Keys =
        """{"keys":[{"kty":"RSA","use":"sig","kid":"1","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jFM5JsbMmf7WI9TZFxv7XQ","alg":"RS256"}]}""";

    // Both documents as one text, with a line between them.
    private static readonly Corpus Documents = new(
        [
            Document + "\n--\n" + Keys,
            Document + "\n--\n{\"keys\":[]}",
            "\n--\n",
            // Inputs that found a fault.
        ],
        ["issuer", "jwks_uri", "keys", "kty", "RSA", "EC", "oct", "x5c", "\"x5c\":[\"MIIB\"],", "https://evil.example", "https://connect.visma.com", "\"crv\":\"P-256\","]);

    // Claims are read for diagnostics and comparisons only: without a company to compare with, they must not cost the tokens.
    [Fact]
    public void Consent_is_saved_whatever_the_claims_of_its_access_token_are() => FuzzRun.Run(Claims, 1_500, claims =>
    {
        string access = $"e30.{Base64Url.EncodeToString(TextBytes.Of(claims))}.e30";
        CompleteAsync(access).GetAwaiter().GetResult();
    });

    [Fact]
    public void Discovery_document_is_read_or_is_a_documented_error() => FuzzRun.Run(Documents, 1_500, documents =>
    {
        (string document, string keys) = RawReply.SplitAt(documents, "\n--\n");
        ValidateAsync(document, keys).GetAwaiter().GetResult();
    });

    private static async Task CompleteAsync(string accessToken)
    {
        await using Application application = new();
        application.Answer($"200\n{RawReply.Json}\n\n{{\"access_token\":\"{accessToken}\",\"refresh_token\":\"issu3d-refresh\",\"token_type\":\"Bearer\",\"expires_in\":3600}}");
        AuthorizationRequest request = application.Connections.Begin("nxt", "customer-42");
        string callback = $"code={Uri.EscapeDataString(Secrets.Code)}&state={request.State}&iss={Uri.EscapeDataString(request.Issuer!)}";

        VismaConnection connection = await application.Connections.CompleteAsync(request, AuthorizationResponse.FromQuery(callback));

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Equal(ConnectionState.Active, (await application.Connections.FindAsync("nxt", "customer-42"))?.State);
        Secrets.AreNotIn(string.Join("\n", application.Log.Take()), Secrets.OfCode);
    }

    private static async Task ValidateAsync(string document, string keys)
    {
        const string IdToken = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        await using Application application = new();
        application.Answer(address => $"200\n{RawReply.Json}\n\n{(address.AbsolutePath.EndsWith("jwks", StringComparison.Ordinal) ? keys : document)}");
        VismaConnectException documented = await Assert.ThrowsAsync<VismaConnectException>(() => application.Connect.ValidateIdTokenAsync(IdToken));
        Secrets.AreNotIn(documented, Secrets.OfClient);
    }
}
