namespace Visma.Connect.Sdk;

/// <summary>Imports the connections of another program (docs/import.md).</summary>
/// <param name="stored">Lists the stored connections.</param>
/// <param name="parts">What the import shares with renewals.</param>
/// <param name="tokens">Renews the tokens.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConnectionImport(
    Func<CancellationToken, IAsyncEnumerable<TokenCacheItem>> stored,
    RenewalParts parts,
    CachingTokenSource tokens)
{
    public async Task<ConnectionImportReport> RunAsync(
        IAsyncEnumerable<PortableConnection> connections,
        ConnectionImportOptions options,
        IProgress<ConnectionImportResult>? progress,
        CancellationToken cancellationToken)
    {
        PresentedTokens presented = await PresentedTokens.ReadAsync(stored(cancellationToken)).ConfigureAwait(false);
        RowImport rows = new(parts, tokens, options);
        ImportRun run = new(new ImportRowCheck(parts.Clients, parts.Servers), presented, rows, options, progress, parts.Logger);
        return await run.RunAsync(connections, cancellationToken).ConfigureAwait(false);
    }
}
