using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>Creates authorization requests: their secrets, and the address for the browser (RFC 6749 section 4.1.1).</summary>
internal static class AuthorizationRequestFactory
{
    // https://docs.connect.visma.com names it nowhere; Visma's sample programs for extensions send it (read November 2026).
    private const string TenantHint = "tenant_hint";

    private const string EAccountingService = "service:44643EB1-3F76-4C1C-A672-402AE8085934";

    // Parameters that an application can set itself if the library does not need them.
    private static readonly string[] FreeParameters = [OidcConstants.AuthorizeRequest.AcrValues, TenantHint];

    public static AuthorizationRequest Create(ConfiguredClient client, string? connection, AuthorizationRequestOptions options, DateTimeOffset now)
    {
        VismaAuthority authority = client.Authority;
        Uri authorizationEndpoint = authority.Require(authority.AuthorizationEndpoint, nameof(authority.AuthorizationEndpoint));
        string redirectUri = RedirectUriOf(client, options);
        string[] scopes = ScopesOf(client, options);
        bool isLegacy = client.Authority.IsLegacy;
        string state = RandomText.OfSecret();
        string? verifier = isLegacy ? null : RandomText.OfSecret();
        string? nonce = scopes.Contains(OidcConstants.StandardScopes.OpenId) ? RandomText.OfSecret() : null;

        Dictionary<string, string?> parameters = new(StringComparer.Ordinal)
        {
            [OidcConstants.AuthorizeRequest.ResponseType] = OidcConstants.ResponseTypes.Code,
            [OidcConstants.AuthorizeRequest.ClientId] = client.Options.ClientId,
            [OidcConstants.AuthorizeRequest.RedirectUri] = redirectUri,
            [OidcConstants.AuthorizeRequest.Scope] = scopes.Length == 0 ? null : string.Join(" ", scopes),
            [OidcConstants.AuthorizeRequest.State] = state,
            // PKCE always, and never with the method plain (RFC 9700 section 2.1.1). VNI does not support it.
            [OidcConstants.AuthorizeRequest.CodeChallenge] = verifier is null ? null : TextHash.Of(verifier),
            [OidcConstants.AuthorizeRequest.CodeChallengeMethod] = verifier is null ? null : OidcConstants.CodeChallengeMethods.Sha256,
            [OidcConstants.AuthorizeRequest.Nonce] = nonce,
            [OidcConstants.AuthorizeRequest.ResponseMode] = ResponseModeOf(authority, options),
            [OidcConstants.AuthorizeRequest.Prompt] = PromptOf(options),
            [OidcConstants.AuthorizeRequest.AcrValues] = AcrValuesOf(client, options),
            [OidcConstants.AuthorizeRequest.LoginHint] = options.LoginHint,
            [OidcConstants.AuthorizeRequest.UiLocales] = options.UiLocales,
            [TenantHint] = authority is { IsOfVisma: true, IsVismaOnline: false, IsLegacy: false } ? options.Company : null,
        };
        foreach (KeyValuePair<string, string> further in options.Parameters)
        {
            if (parameters.TryGetValue(further.Key, out string? own) && (own is not null || !FreeParameters.Contains(further.Key)))
            {
                throw new ArgumentException($"Parameter '{further.Key}' has its own property or setting; set it there.", nameof(options));
            }

            parameters[further.Key] = further.Value;
        }

        return new AuthorizationRequest
        {
            Url = new Uri(new RequestUrl(authorizationEndpoint.AbsoluteUri).Create(Sent(parameters))),
            State = state,
            CodeVerifier = verifier,
            Nonce = nonce,
            Issuer = client.Authority.Issuer,
            RequiresIssuer = client.Authority.AuthorizationResponseHasIssuer,
            RedirectUri = redirectUri,
            Client = client.Name,
            ClientId = client.Options.ClientId!,
            TokenEndpoint = client.Authority.TokenEndpoint,
            Connection = connection,
            Scopes = scopes,
            Company = options.Company,
            CreatedAt = now,
        };
    }

    // What Visma's servers do without the parameter is not documented, so it is always sent there. VNI does not know it, and other servers need not.
    private static string? ResponseModeOf(VismaAuthority authority, AuthorizationRequestOptions options) =>
        options.ResponseMode == AuthorizationResponseMode.FormPost ? OidcConstants.ResponseModes.FormPost
        : authority is { IsOfVisma: true, IsLegacy: false } ? OidcConstants.ResponseModes.Query
        : null;

    private static string RedirectUriOf(ConfiguredClient client, AuthorizationRequestOptions options)
    {
        if (options.RedirectUri is not null && !ClientFaults.IsRedirectUri(options.RedirectUri))
        {
            throw new ArgumentException("A redirect URI must be an absolute address without a fragment (RFC 6749 section 3.1.2).", nameof(options));
        }

        return options.RedirectUri ?? client.Options.RedirectUri ?? throw new OptionsValidationException(
            nameof(VismaClientOptions),
            typeof(VismaClientOptions),
            [$"The RedirectUri of client '{client.Name}' is missing: the address that the browser returns to. Copy it from "
                + $"{Portal.Of(client.Authority)}. A service application has none: users connect with an application of type Web or Native."]);
    }

    private static string[] ScopesOf(ConfiguredClient client, AuthorizationRequestOptions options)
    {
        IEnumerable<string> chosen = options.Scopes.Count > 0 ? options.Scopes : client.UserScopes;
        string[] scopes = [.. chosen.Distinct(StringComparer.Ordinal)];
        if (scopes.FirstOrDefault(scope => !ScopeToken.IsValid(scope)) is { } wrong)
        {
            throw new ArgumentException($"'{wrong}' is not a scope: {ScopeToken.Rule}.", nameof(options));
        }

        // VNI has only this scope (community.visma.com, OAuth 2.0 authorization flow; read November 2026).
        return scopes.Length == 0 && client.Authority.IsLegacy ? ["financialstasks"] : scopes;
    }

    private static string? PromptOf(AuthorizationRequestOptions options)
    {
        List<string> prompts = [.. options.Prompt?.Split([' '], StringSplitOptions.RemoveEmptyEntries) ?? []];
        if (options.ForceSelectCompany)
        {
            prompts.Add(OidcConstants.PromptModes.Login);
        }

        if (options.SelectCompany)
        {
            prompts.Add(OidcConstants.PromptModes.SelectAccount);
        }

        if (prompts.Contains(OidcConstants.PromptModes.None) && prompts.Distinct().Count() > 1)
        {
            throw new ArgumentException("Prompt 'none' asks the user nothing, and cannot be combined with another prompt.", nameof(options));
        }

        return prompts.Count == 0 ? null : string.Join(" ", prompts.Distinct());
    }

    private static string? AcrValuesOf(ConfiguredClient client, AuthorizationRequestOptions options)
    {
        if (!options.OnlyEAccountingCompanies && !options.ForceSelectCompany)
        {
            return null;
        }

        return client.Authority.IsVismaOnline
            ? EAccountingService + (options.ForceSelectCompany ? " forceselectcompany:true" : "")
            : throw new ArgumentException(
                $"OnlyEAccountingCompanies and ForceSelectCompany are for eAccounting, but client '{client.Name}' belongs to authority "
                    + $"'{client.Authority.Name}'. Use SelectCompany.",
                nameof(options));
    }

    private static Parameters Sent(Dictionary<string, string?> parameters) =>
        new(from parameter in parameters where parameter.Value is not null select new KeyValuePair<string, string>(parameter.Key, parameter.Value));
}
