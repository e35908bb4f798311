namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The authorization endpoint, to which an application sends its user's browser. It checks the request and shows the first page of the
/// sign-in.
/// </summary>
internal sealed class FakeAuthorizationEndpoint(FakeState state, FakeSignIns signIns, FakeGrants grants, FakeAuthorityRules rules, Func<string?> issuer)
{
    private const int ChallengeLength = 43;

    public FakeReply Answer(FakeRequest request)
    {
        IReadOnlyDictionary<string, string> parameters = request.Method == "POST" ? request.Form : request.Query;
        if (state.FindClient(parameters.GetValueOrDefault("client_id")) is not { } client)
        {
            return FakeSignInPages.Error("There is no application with this client_id. Register it with FakeVisma.AddClient.");
        }

        // An address that is not registered may be an attacker's, so the browser is not sent there (RFC 6749 section 4.1.2.1).
        if (!parameters.TryGetValue("redirect_uri", out string? redirectUri) || !client.MayReturnTo(redirectUri))
        {
            return FakeSignInPages.Error($"The redirect_uri '{redirectUri}' is not registered for the application '{client.ClientId}'. Register it with "
                + "FakeClient.AllowRedirectTo.");
        }

        FakeAuthorizationRequest read = Read(client, redirectUri, parameters);
        return Fault(read, parameters) is { } fault
            ? FakeAuthorizationResponse.Refusal(read, fault.Error, fault.Description)
            : signIns.Begin(new FakeSignIn(read, grants, rules.AsksForCompany));
    }

    private FakeAuthorizationRequest Read(FakeClient client, string redirectUri, IReadOnlyDictionary<string, string> parameters) => new()
    {
        Client = client,
        RedirectUri = redirectUri,
        Scopes = [.. Words(parameters, "scope").Where(scope => scope != "offline_access" || client.OfflineAccess)],
        State = parameters.GetValueOrDefault("state"),
        Nonce = parameters.GetValueOrDefault("nonce"),
        CodeChallenge = parameters.GetValueOrDefault("code_challenge"),
        TenantHint = rules.TakesTenantHint ? parameters.GetValueOrDefault("tenant_hint") : null,
        SelectsCompany = Words(parameters, "prompt").Contains("select_account"),
        IsFormPost = parameters.GetValueOrDefault("response_mode") == "form_post",
        Issuer = issuer(),
    };

    private (string Error, string Description)? Fault(FakeAuthorizationRequest read, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.GetValueOrDefault("response_type") != "code")
        {
            return ("unsupported_response_type", "response_type is not code");
        }

        if (parameters.GetValueOrDefault("response_mode") is { } mode and not ("query" or "form_post"))
        {
            return ("invalid_request", $"response_mode {mode} is not supported");
        }

        if (read.Scopes.Count == 0)
        {
            return ("invalid_request", "scope is missing");
        }

        if (read.Scopes.FirstOrDefault(scope => !read.Client.Scopes.Concat(rules.KnownScopes).Contains(scope)) is { } unknown)
        {
            return ("invalid_scope", $"the application has no scope {unknown}");
        }

        if (read.CodeChallenge is null ? read.Client.IsPublic : !IsS256(read.CodeChallenge, parameters))
        {
            return ("invalid_request", "code_challenge is missing, or code_challenge_method is not S256");
        }

        // FakeVisma does not keep sessions, so every request needs the pages.
        return Words(parameters, "prompt").Contains("none") ? ("login_required", "no user is signed in") : null;
    }

    private static bool IsS256(string challenge, IReadOnlyDictionary<string, string> parameters) =>
        parameters.GetValueOrDefault("code_challenge_method") == "S256" && challenge.Length == ChallengeLength;

    private static string[] Words(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.GetValueOrDefault(name, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
