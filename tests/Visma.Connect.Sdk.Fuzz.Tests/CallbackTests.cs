namespace Visma.Connect.Sdk.Fuzz;

/// <summary>What a browser, or anybody, sends to the redirect URI; and the stored request that it is compared with.</summary>
public sealed class CallbackTests : IAsyncDisposable
{
    private const string Tokens = "200\n" + RawReply.Json + "\n\n" + """{"access_token":"issu3d-access","expires_in":3600,"token_type":"Bearer","refresh_token":"issu3d-refresh"}""";

    private static readonly string Answer = $"code={Uri.EscapeDataString(Secrets.Code)}&state={Secrets.State}&iss=https%3A%2F%2Fconnect.visma.com";

    private static readonly Corpus Callbacks = new(
        [
            "?" + Answer,
            "scope=a&" + Answer,
            Answer + "&scope=ea%3Aapi+offline_access&session_state=a.b",
            $"https://acme.example/callback?{Answer}#fragment",
            $"?state={Secrets.State}&error=access_denied&error_description=The+user+declined.&iss=https%3A%2F%2Fconnect.visma.com",
            $"error=invalid_tenant&error_description=invalid%5ftenant&state={Secrets.State}&iss=https://connect.visma.com",
            $"http://127.0.0.1:8080/?{Answer}",
            "",
            // Inputs that found a fault.
        ],
        [
            "code", "state", "iss", "error", "error_description", "&code=evil", "&state=", "&iss=https://evil.example", "&error=access_denied", "https://connect.visma.com",
            "https%3A%2F%2Fconnect.visma.com", "access_denied", "server_error", "temporarily_unavailable", "myapp:/", .. Secrets.All,
        ]);

    private static readonly Corpus StoredRequests = new(
        [
            StoredRequest.At(VismaAuthority.VismaConnect, "ea:api", "offline_access").ToJson(),
            new AuthorizationRequest(new Uri("https://connect.visma.com/connect/authorize"), "nxt", "customer-42", Secrets.State).ToJson(),
            "", "null", "[]", "{}",
            // Inputs that found a fault.
            "{\udc00}",
            StoredRequest.At(VismaAuthority.VismaConnect).ToJson().Replace("Scopes", "Scope2147483648", StringComparison.Ordinal),
        ],
        [
            "Url", "State", "CodeVerifier", "Nonce", "Issuer", "RequiresIssuer", "RedirectUri", "Client", "ClientId", "TokenEndpoint", "Connection", "Scopes",
            "Company", "CreatedAt", "openid", "\"openid\"", "\"Nonce\":null,", "\"Scopes\":[null],", "\"Scopes\":null,", "\"https://connect.visma.com/connect/token\"", .. Secrets.All,
        ]);

    private readonly Application _application = new();

    [Fact]
    public void Callback_yields_the_code_or_is_a_documented_error()
    {
        AuthorizationRequest request = StoredRequest.At(VismaAuthority.VismaConnect, "ea:api");
        _application.Answer(Tokens);
        FuzzRun.Run(Callbacks, 120_000, text =>
        {
            AuthorizationResponse response = (text.Length % 3) switch
            {
                0 => AuthorizationResponse.FromQuery(text),
                1 when !text.StartsWith('?') => AuthorizationResponse.FromForm(text),
                _ when Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out Uri? address) => AuthorizationResponse.FromUri(address),
                _ => AuthorizationResponse.FromQuery(text),
            };
            Assert.True(response.ToString() is "authorization response" or "authorization response with an error", "A response shows what it holds.");

            Exchange(request, response, text);
        });
    }

    [Fact]
    public void Stored_request_is_read_or_is_a_documented_error()
    {
        _application.Answer(Tokens);
        FuzzRun.Run(StoredRequests, 60_000, json =>
        {
            AuthorizationRequest request;
            try
            {
                request = AuthorizationRequest.FromJson(json);
            }
            catch (VismaConnectException documented)
            {
                Secrets.AreNotIn(documented, Secrets.All);
                return;
            }

            Assert.Equal(request.ToJson(), AuthorizationRequest.FromJson(request.ToJson()).ToJson());
            string callback = $"?code={Uri.EscapeDataString(Secrets.Code)}&state={Uri.EscapeDataString(request.State)}&iss={Uri.EscapeDataString(request.Issuer ?? "")}";
            Exchange(request, AuthorizationResponse.FromQuery(callback), callback);
        });
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private void Exchange(AuthorizationRequest request, AuthorizationResponse response, string callback)
    {
        // A code that is only a part of another parameter cannot be recognised as one, and a connection has the name that the application gave it.
        string[] secrets =
        [
            .. ((string?[])[request.State, request.CodeVerifier, request.Nonce]).OfType<string>()
                .Where(secret => secret.Length >= 16 && !$"{request} {request.Issuer}".Contains(secret, StringComparison.Ordinal)),
            .. callback.Split('&').Contains($"code={Uri.EscapeDataString(Secrets.Code)}") ? (string[])[Secrets.Code] : [],
        ];
        try
        {
            TokenResponse tokens = _application.Connect.ExchangeCodeAsync(request, response).GetAwaiter().GetResult();

            // Only the response to this request leads to a request, which has its code and no other.
            Assert.Equal("issu3d-access", tokens.AccessToken);
            Assert.Equal(request.State, response.State);
            string form = _application.LastBody;
            Assert.Contains("grant_type=authorization_code&code=", form, StringComparison.Ordinal);
            Assert.Equal(request.CodeVerifier is null, !form.Contains("code_verifier=", StringComparison.Ordinal));
            Assert.True(
                callback.Split('#')[0].TrimStart('?').Split('&').Count(parameter => parameter.StartsWith("code=", StringComparison.Ordinal)) <= 1,
                "One of two codes was taken.");
        }
        catch (VismaConnectException documented)
        {
            Secrets.AreNotIn(documented, secrets);
        }
        catch (InvalidOperationException documented) when (documented.Message.Contains("begin again", StringComparison.Ordinal))
        {
            Secrets.AreNotIn(documented, secrets);
        }

        foreach (string line in _application.Log.Take())
        {
            Secrets.AreNotIn(line, secrets);
        }
    }
}
