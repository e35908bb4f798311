using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Visma.Connect.Sdk;

namespace CompanyPortal.Pages;

/// <summary>One connection of the signed-in user's customer: its state, and what the user can do.</summary>
internal sealed class ConnectionModel(
    VismaConnections connections,
    VismaReconnectLinks links,
    Products products,
    ApiCalls calls,
    PortalSettings settings,
    TimeProvider time,
    FakeServers? fake = null) : PageModel
{
    public DemoUser Customer => DemoUser.Of(User);

    public Product Product { get; private set; } = null!;

    public VismaConnection? Connection { get; private set; }

    public string ConnectAddress => Product.ConnectAddress(Customer.Customer);

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public DateTimeOffset? LastUse => calls.LastUseOf(TokenKey.ForConnection(Product.Client, Customer.Customer));

    public bool CanWithdraw => fake is not null && Connection?.State == ConnectionState.Active;

    /// <summary>A link to connect again. Who has it can use it, so it is shown once, to a user who may connect anyway.</summary>
    public Uri? Link { get; private set; }

    [TempData]
    public string? Message { get; set; }

    public Task<IActionResult> OnGetAsync(string product, CancellationToken cancellationToken) => ShowAsync(product, cancellationToken);

    public async Task<IActionResult> OnPostLinkAsync(string product, CancellationToken cancellationToken)
    {
        if (products.Find(product) is { } found)
        {
            // The address is a setting: the Host header of a request could make a link to another site.
            Link = await links.CreateAsync(settings.Address, found.Client, Customer.Customer, cancellationToken: cancellationToken);
        }

        return await ShowAsync(product, cancellationToken);
    }

    public async Task<IActionResult> OnPostDisconnectAsync(string product, CancellationToken cancellationToken)
    {
        if (products.Find(product) is not { } found)
        {
            return NotFound();
        }

        Disconnection end = await connections.DisconnectAsync(found.Client, Customer.Customer, cancellationToken);
        Message = end.RevocationFailure is null
            ? "The connection has ended, and its tokens are revoked."
            : "The connection has ended here. Visma could not revoke its tokens: withdraw the consent at Visma, too.";
        return RedirectToPage(new { product = found.Client });
    }

    public IActionResult OnPostWithdraw(string product)
    {
        if (fake is null || products.Find(product) is not { } found)
        {
            return NotFound();
        }

        fake.WithdrawConsents(found);
        Message = "The consent is withdrawn at FakeVisma. The portal does not know it yet: make a call.";
        return RedirectToPage(new { product = found.Client });
    }

    private async Task<IActionResult> ShowAsync(string product, CancellationToken cancellationToken)
    {
        if (products.Find(product) is not { } found)
        {
            return NotFound();
        }

        Product = found;
        Connection = await connections.FindAsync(found.Client, Customer.Customer, cancellationToken);
        return Page();
    }
}
