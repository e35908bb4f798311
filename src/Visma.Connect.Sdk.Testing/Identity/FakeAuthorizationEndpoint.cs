namespace Visma.Connect.Sdk.Testing;

/// <summary>Where an application sends its user's browser: reads the request and shows the first page of the login.</summary>
internal sealed class FakeAuthorizationEndpoint(FakeState state, FakeLogin login, FakeGrants grants, FakeAuthorityRules rules, Func<string?> issuer)
{
    private const int ChallengeLength = 43;

    public FakeReply Answer(FakeRequest request)
    {
        IReadOnlyDictionary<string, string> parameters = request.Method == "POST" ? request.Form : request.Query;
        if (state.FindClient(parameters.GetValueOrDefault("client_id")) is not { } client)
        {
            return FakeLoginPages.Error("There is no application with this client_id.");
        }

        // Nobody is sent to an address that may be anybody's (RFC 6749 section 4.1.2.1).
        if (!parameters.TryGetValue("redirect_uri", out string? redirectUri) || !client.MayReturnTo(redirectUri))
        {
            return FakeLoginPages.Error($"The redirect_uri '{redirectUri}' is not registered for the application '{client.ClientId}'.");
        }

        FakeAuthorizationRequest read = Read(client, redirectUri, parameters);
        return Fault(read, parameters) is { } fault
            ? read.Refuse(fault.Error, fault.Description)
            : login.Begin(new FakeSignIn(read, grants, rules));
    }

    private FakeAuthorizationRequest Read(FakeClient client, string redirectUri, IReadOnlyDictionary<string, string> parameters) => new(client, redirectUri)
    {
        Scopes = [.. Words(parameters, "scope").Where(scope => scope != "offline_access" || client.OfflineAccess)],
        State = parameters.GetValueOrDefault("state"),
        Nonce = parameters.GetValueOrDefault("nonce"),
        CodeChallenge = parameters.GetValueOrDefault("code_challenge"),
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

        // Nobody is ever signed in already.
        return Words(parameters, "prompt").Contains("none") ? ("login_required", "nobody is signed in") : null;
    }

    private static bool IsS256(string challenge, IReadOnlyDictionary<string, string> parameters) =>
        parameters.GetValueOrDefault("code_challenge_method") == "S256" && challenge.Length == ChallengeLength;

    private static string[] Words(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.GetValueOrDefault(name, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
