using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <content>The way in and out: connections of another program.</content>
public partial class VismaConnections
{
    private readonly ConnectionImport _import = null!;
    private readonly ConnectionExport _export = null!;

    /// <summary>
    /// Imports connections whose tokens another program has obtained. Each refresh token is exchanged once: it is first saved, and from then on the
    /// connection is one like any other. <c>docs/import.md</c> describes the steps of a migration.
    /// </summary>
    /// <param name="connections">
    /// The connections, for example of <see cref="PortableConnectionCsv.ReadAsync"/>. They are read while the import runs.
    /// </param>
    /// <param name="options">How to import. Default: exchange four tokens at a time, and stop after five failures in a row.</param>
    /// <param name="progress">Receives the result of each row, one at a time. An exception that it throws is logged, and ends nothing.</param>
    /// <param name="cancellationToken">
    /// Stops the import: the rows under way are finished, no further one is begun, and the report of the rows so far is returned.
    /// </param>
    /// <returns>What became of each row. An import that stopped or was killed is continued by running it again with the same input.</returns>
    /// <remarks>
    /// Stop the other program first: a one-time refresh token that both present ends every connection of its user. Run one import at a time. The
    /// token cache is read once at the beginning, so that a token which belongs to a connection already is not sent again under another name. An
    /// exception of <paramref name="connections"/> is thrown when the
    /// rows under way are finished.
    /// </remarks>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="VismaConnectException">The token cache cannot list its connections, or one of them cannot be read. Nothing was begun.</exception>
    /// <exception cref="OptionsValidationException">
    /// A setting is missing or wrong, or connections would be kept in memory outside the environment Development.
    /// </exception>
    public virtual async Task<ConnectionImportReport> ImportAsync(
        IAsyncEnumerable<PortableConnection> connections,
        ConnectionImportOptions? options = null,
        IProgress<ConnectionImportResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connections);
        ConnectionImportOptions chosen = options ?? new ConnectionImportOptions();
        chosen.RequireValid();
        _lastingCache.Require();
        return await _import.RunAsync(connections, chosen, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Hands out the refresh tokens of a client's connections, for a program that uses this library no more. Each connection is ended here before its
    /// token is returned, so that the library never renews it again. The tokens are secrets, and give access to the data of every customer.
    /// </summary>
    /// <param name="client">The name of the client.</param>
    /// <param name="cancellationToken">Ends the export between two connections.</param>
    /// <returns>
    /// The connections that work, and those that were exported before. Of a VNI client: with the access token. Connections that have ended for another
    /// reason, or that have no refresh token, are left out.
    /// </returns>
    /// <remarks>
    /// The library keeps serving the access tokens that it has until they expire, and revokes nothing, also when an exported connection is
    /// disconnected. An export that was interrupted can be run again. <see cref="ImportAsync"/> takes the connections back.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The client does not exist.</exception>
    /// <exception cref="OptionsValidationException">A connection was made by another application or at another server than the client has now.</exception>
    /// <exception cref="UnreadableEntryException">A connection cannot be read.</exception>
    /// <exception cref="VismaConnectException">
    /// The token cache failed; or, after all others were returned, a connection was being renewed and so was not exported. Call again.
    /// </exception>
    public virtual IAsyncEnumerable<PortableConnection> ExportRefreshTokensAsync(string client, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        return _export.RunAsync(client, cancellationToken);
    }
}
