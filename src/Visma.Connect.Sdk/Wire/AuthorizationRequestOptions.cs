namespace Visma.Connect.Sdk;

/// <summary>How to ask a user for consent; every part is optional.</summary>
public sealed class AuthorizationRequestOptions
{
    /// <summary>The scopes to ask for. None: those of the client's settings, else those of the APIs that its HttpClients call.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Where the user comes back to, where that is not the client's <see cref="VismaClientOptions.RedirectUri"/>.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>Has the user choose, also when signed in already: adds <c>select_account</c> to the <see cref="Prompt"/>.</summary>
    /// <remarks>
    /// Without it eAccounting takes the user's default company in silence; there, this asks for the company
    /// (https://developer.vismaonline.com/docs, authentication; read November 2026). Visma Connect asks users of several companies anyway.
    /// </remarks>
    public bool SelectCompany { get; set; }

    /// <summary>
    /// eAccounting only: offers no company without eAccounting (<c>acr_values=service:44643EB1-3F76-4C1C-A672-402AE8085934</c>).
    /// </summary>
    public bool OnlyEAccountingCompanies { get; set; }

    /// <summary>
    /// eAccounting only: has the user choose among those companies even if there is just one (<c>forceselectcompany:true</c>). Implies
    /// <see cref="OnlyEAccountingCompanies"/> and the prompt <c>login</c>, without which it does not work.
    /// </summary>
    public bool ForceSelectCompany { get; set; }

    /// <summary>
    /// <c>prompt</c> (OpenID Connect Core 1.0 section 3.1.2.1): <c>none</c>, <c>login</c>, <c>consent</c>, <c>select_account</c>, or several
    /// of the last three with a space between. Default: the server decides.
    /// </summary>
    public string? Prompt { get; set; }

    /// <summary><c>login_hint</c>: who is expected to sign in, usually an e-mail address.</summary>
    public string? LoginHint { get; set; }

    /// <summary><c>ui_locales</c>: the language of Visma's pages, such as <c>da-DK</c>.</summary>
    public string? UiLocales { get; set; }

    /// <summary>How the answer comes back. Default: <see cref="AuthorizationResponseMode.Query"/>.</summary>
    public AuthorizationResponseMode ResponseMode { get; set; }

    /// <summary>
    /// The company the tokens have to be for: Visma Connect's <c>tenant_id</c>, or eAccounting's <c>customer_id</c>. A user who chose another
    /// is not connected. Null, the default: any. It needs a token that says (at Visma Connect by the scope <c>tenants</c> and a switch in
    /// the portal); one that does not is refused then.
    /// </summary>
    public string? ExpectedCompany { get; set; }

    /// <summary>Further parameters, for what Visma adds later. The ones this library sets cannot be given here.</summary>
    public IDictionary<string, string> Parameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The same, with another place to come back to.</summary>
    internal AuthorizationRequestOptions BackTo(string redirectUri)
    {
        AuthorizationRequestOptions copy = (AuthorizationRequestOptions)MemberwiseClone();
        copy.RedirectUri = redirectUri;
        return copy;
    }
}
