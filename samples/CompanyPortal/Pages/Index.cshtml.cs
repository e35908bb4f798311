using Microsoft.AspNetCore.Mvc.RazorPages;
using Visma.Connect.Sdk;

namespace CompanyPortal.Pages;

/// <summary>The connections of the signed-in user's customer, one for each product.</summary>
internal sealed class IndexModel(VismaConnections connections, Products products, ApiCalls calls, TimeProvider time) : PageModel
{
    public DemoUser Customer => DemoUser.Of(User);

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public string? FirstClient => products.All.Select(product => product.Client).FirstOrDefault();

    public List<(Product Product, VismaConnection? Connection)> Connections { get; } = [];

    public DateTimeOffset? LastUseOf(VismaConnection connection) => calls.LastUseOf(connection.Key);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        foreach (Product product in products.All)
        {
            Connections.Add((product, await connections.FindAsync(product.Client, Customer.Customer, cancellationToken)));
        }
    }
}
