namespace Visma.Connect.Sdk.Tests.FrontDoor;

/// <summary>The code of docs/import.md, so that it is compiled. <see cref="ReadmeTests"/> compares the two line by line.</summary>
internal static class ImportExamples
{
    public static async Task DryRunAsync(VismaConnections connections, CancellationToken cancellationToken)
    {
        using StreamReader file = new("connections.csv");
        ConnectionImportReport report = await connections.ImportAsync(
            PortableConnectionCsv.ReadAsync(file, client: "nxt", cancellationToken),
            new ConnectionImportOptions { IsDryRun = true },
            new Progress<ConnectionImportResult>(Console.WriteLine),
            cancellationToken);

        Console.WriteLine(report);
    }

    public static async Task<ConnectionImportReport> FromCodeAsync(VismaConnections connections, IAsyncEnumerable<OldCustomer> old, CancellationToken cancellationToken)
    {
        static async IAsyncEnumerable<PortableConnection> ReadAsync(IAsyncEnumerable<OldCustomer> customers)
        {
            await foreach (OldCustomer customer in customers)
            {
                yield return new PortableConnection("nxt", $"customer-{customer.Id}", customer.RefreshToken) { Company = customer.TenantId };
            }
        }

        return await connections.ImportAsync(ReadAsync(old), cancellationToken: cancellationToken);
    }

    public static async Task ExportAsync(VismaConnections connections, Vault vault, CancellationToken cancellationToken)
    {
        await foreach (PortableConnection connection in connections.ExportRefreshTokensAsync("nxt", cancellationToken))
        {
            await vault.StoreAsync(connection.Name, connection.Token, cancellationToken);
        }
    }

    public sealed record OldCustomer(int Id, string RefreshToken, string TenantId);

    public sealed class Vault
    {
        public Task StoreAsync(string name, string secret, CancellationToken cancellationToken) => throw new NotSupportedException($"{name} {secret.Length} {cancellationToken}");
    }
}
