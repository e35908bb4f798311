using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CompanyPortal.Pages;

/// <summary>The answer of a product's API. If the connection has ended, AddVismaProblemDetails sends the browser to connect again, and back here.</summary>
internal sealed class ListModel(Products products, ApiCalls calls) : PageModel
{
    public Product Product { get; private set; } = null!;

    public ApiList List { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string product, CancellationToken cancellationToken)
    {
        if (products.Find(product) is not { } found)
        {
            return NotFound();
        }

        Product = found;
        List = await calls.ListAsync(found, DemoUser.Of(User).Customer, cancellationToken);
        return Page();
    }
}
