using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Visma.Connect.Sdk;

namespace CompanyPortal.Pages;

/// <summary>The webhooks of the companies that the signed-in user's customer has connected.</summary>
internal sealed class WebhooksModel(
    VismaConnections connections,
    Products products,
    ReceivedWebhooks received,
    TimeProvider time,
    FakeWebhooks? fake = null) : PageModel
{
    private readonly HashSet<string> _companies = new(StringComparer.OrdinalIgnoreCase);

    public DemoUser Customer => DemoUser.Of(User);

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public IReadOnlyList<ReceivedWebhook> Webhooks => received.Of(_companies);

    public bool CanSend => fake is not null;

    [TempData]
    public string? Message { get; set; }

    public Task OnGetAsync(CancellationToken cancellationToken) => FindCompaniesAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await FindCompaniesAsync(cancellationToken);
        if (fake is null)
        {
            return NotFound();
        }

        if (_companies.FirstOrDefault() is { } company)
        {
            await fake.SendTwiceAsync(company, cancellationToken);
        }
        else
        {
            Message = "Connect a company first: events are of a company.";
        }

        return RedirectToPage();
    }

    private async Task FindCompaniesAsync(CancellationToken cancellationToken)
    {
        foreach (Product product in products.All)
        {
            if (await connections.FindAsync(product.Client, Customer.Customer, cancellationToken) is { Company: { } company })
            {
                _companies.Add(company);
            }
        }
    }
}
