namespace Visma.Connect.Sdk;

/// <summary>How to ask a user for consent. Every part is optional.</summary>
public sealed class AuthorizationRequestOptions
{
    /// <summary>The scopes to request. Default: the scopes in the client's settings, otherwise the scopes of the APIs that its HttpClients call.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>The address that the browser returns to. Default: <see cref="VismaClientOptions.RedirectUri"/> of the client.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>
    /// Whether the user chooses the company, also when already signed in: adds <c>select_account</c> to the <see cref="Prompt"/>. Default: false.
    /// </summary>
    /// <remarks>
    /// Without it, eAccounting uses the user's default company and does not ask (https://developer.vismaonline.com/docs, authentication; read
    /// November 2026). Visma Connect always asks users of several companies.
    /// </remarks>
    public bool SelectCompany { get; set; }

    /// <summary>
    /// eAccounting only: whether the user can choose only companies with eAccounting
    /// (<c>acr_values=service:44643EB1-3F76-4C1C-A672-402AE8085934</c>). Default: false.
    /// </summary>
    public bool OnlyEAccountingCompanies { get; set; }

    /// <summary>
    /// eAccounting only: whether the user chooses among these companies even if there is only one (<c>forceselectcompany:true</c>). Includes
    /// <see cref="OnlyEAccountingCompanies"/> and the prompt <c>login</c>, which the server requires for it. Default: false.
    /// </summary>
    public bool ForceSelectCompany { get; set; }

    /// <summary>
    /// <c>prompt</c> (OpenID Connect Core 1.0 section 3.1.2.1): <c>none</c>, or one or more of <c>login</c>, <c>consent</c> and
    /// <c>select_account</c>, separated by spaces. Default: null; the server decides.
    /// </summary>
    public string? Prompt { get; set; }

    /// <summary><c>login_hint</c>: the user who is expected to sign in, usually as an e-mail address. Default: null.</summary>
    public string? LoginHint { get; set; }

    /// <summary><c>ui_locales</c>: the language of Visma's pages, for example <c>da-DK</c>. Default: null.</summary>
    public string? UiLocales { get; set; }

    /// <summary>How the response is sent to the redirect URI. Default: <see cref="AuthorizationResponseMode.Query"/>.</summary>
    /// <remarks>Visma recommends <see cref="AuthorizationResponseMode.FormPost"/> for web applications, and the query for native ones.</remarks>
    public AuthorizationResponseMode ResponseMode { get; set; }

    /// <summary>
    /// The company that the tokens must be for: <c>tenant_id</c> at Visma Connect, <c>customer_id</c> at eAccounting. A consent for another
    /// company is refused. Default: null, which accepts any company.
    /// </summary>
    /// <remarks>
    /// Visma Connect is told the company (<c>tenant_hint</c>), so the user is not asked for it. The token must contain the company; otherwise the
    /// consent is refused. At Visma Connect it does with the scope <c>tenants</c> and a switch in the portal. Without these, leave this property
    /// null, and put <c>tenant_hint</c> into <see cref="Parameters"/>: then the user is not asked, and nothing is checked.
    /// </remarks>
    public string? Company { get; set; }

    /// <summary>Further parameters, for parameters that Visma adds later. It cannot contain the parameters that the library sets.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Returns the same options with another redirect URI.</summary>
    internal AuthorizationRequestOptions BackTo(string redirectUri)
    {
        AuthorizationRequestOptions copy = (AuthorizationRequestOptions)MemberwiseClone();
        copy.RedirectUri = redirectUri;
        return copy;
    }
}
