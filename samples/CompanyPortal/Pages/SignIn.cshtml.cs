using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CompanyPortal.Pages;

/// <summary>A stand-in for the sign-in of a real portal.</summary>
[AllowAnonymous]
internal sealed class SignInModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public async Task<IActionResult> OnPostAsync(string? user)
    {
        if (DemoUser.Find(user) is not { } found)
        {
            return BadRequest();
        }

        await HttpContext.SignInAsync(found.ToPrincipal());
        // Never to another site, whatever the address of this page said.
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/");
    }
}
