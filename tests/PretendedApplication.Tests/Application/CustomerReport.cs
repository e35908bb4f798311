namespace PretendedApplication.Application;

/// <summary>Counts the customers of several companies. One company that fails does not stop the others.</summary>
public class CustomerReport(VismaClientFactory<ErpClient> clients)
{
    public async Task<IReadOnlyList<string>> RunAsync(IEnumerable<string> tenants, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        foreach (string tenant in tenants)
        {
            lines.Add($"{tenant}: {await LineAsync(tenant, cancellationToken)}");
        }

        return lines;
    }

    private async Task<string> LineAsync(string tenant, CancellationToken cancellationToken)
    {
        try
        {
            return await clients.ForTenant(tenant).GetCustomersAsync(cancellationToken);
        }
        catch (VismaConnectException failure) when (failure.IsTransient)
        {
            return $"try again in {failure.RetryAfter?.TotalSeconds} s";
        }
        catch (VismaConnectException failure)
        {
            return $"{failure.Error}: {failure.Remedy}";
        }
    }
}
