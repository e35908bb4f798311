using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CompanyPortal.Pages;

/// <summary>The page for an answer without a text of its own, such as 404.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
internal sealed class StatusModel : PageModel
{
    public string Heading { get; private set; } = "";

    public string Advice { get; private set; } = "";

    public void OnGet(int code) => Describe(code);

    public void OnPost(int code) => Describe(code);

    private void Describe(int code) => (Heading, Advice) = code switch
    {
        400 => ("The form has expired", "Go back, load the page again, and repeat what you did."),
        403 => ("This is not allowed", "Sign in as a user who may do this."),
        404 => ("There is no such page", "The address may be wrong, or the product is not in the settings of the portal."),
        _ => ("This did not work", "Go back and try again."),
    };
}
