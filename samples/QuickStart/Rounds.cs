using System.Globalization;
using Visma.Connect.Sdk;

namespace QuickStart;

/// <summary>Calls the ERP for all companies at the same time, and prints the answers. In the second round, the tokens come from the cache.</summary>
internal sealed class Rounds(VismaClientFactory<ErpClient> clients, ITokenSource tokens)
{
    // Each different token stands for one call to the token endpoint.
    private readonly Dictionary<string, HashSet<DateTimeOffset>> _tokensSeen = [];

    public async Task RunAsync(IReadOnlyList<Company> companies, CancellationToken cancellationToken)
    {
        if (companies.Count == 0)
        {
            throw new UsageException("No company was named. Use --tenant <id>, once for each company.");
        }

        for (int round = 1; round <= 2; round++)
        {
            int[] customers = await Task.WhenAll(companies.Select(company => clients.ForTenant(company.Tenant).CountCustomersAsync(cancellationToken)));

            Console.WriteLine($"Round {round}");
            Console.WriteLine($"  {"company",-36}  {"customers",9}  {"token age",9}  {"calls to the token endpoint",27}");
            for (int index = 0; index < companies.Count; index++)
            {
                await PrintAsync(companies[index], customers[index], cancellationToken);
            }

            Console.WriteLine();
            await Task.Delay(TimeSpan.FromSeconds(round == 1 ? 1 : 0), cancellationToken);
        }
    }

    private async Task PrintAsync(Company company, int customers, CancellationToken cancellationToken)
    {
        AccessToken token = await tokens.GetTokenAsync(TokenKey.ForTenant("erp", company.Tenant), cancellationToken);
        if (!_tokensSeen.TryGetValue(company.Tenant, out HashSet<DateTimeOffset>? seen))
        {
            _tokensSeen[company.Tenant] = seen = [];
        }

        seen.Add(token.ObtainedAt);
        string age = string.Create(CultureInfo.InvariantCulture, $"{(DateTimeOffset.UtcNow - token.ObtainedAt).TotalSeconds:0.0} s");
        Console.WriteLine($"  {company.Name,-36}  {customers,9}  {age,9}  {seen.Count,27}");
    }
}
