namespace Visma.Connect.Sdk;

/// <summary>Reads connections from a CSV file, for <see cref="VismaConnections.ImportAsync"/>.</summary>
/// <remarks>
/// <para>
/// The first line names the columns, in any order: <c>name</c> and <c>token</c> are required, <c>client</c>, <c>company</c>, <c>subject</c>,
/// <c>connectedAt</c> (ISO 8601, with offset) and <c>scopes</c> (separated by spaces) are optional. Fields are separated by commas, or by
/// semicolons if the first line has no comma, and may be quoted (RFC 4180). A field ends on its line. Empty lines are skipped.
/// </para>
/// <para>
/// The reader is strict: an unknown column, a missing field or a misplaced quote ends it with a <see cref="FormatException"/> that names line and
/// column, and never a value. A line has at most 64,000 characters.
/// </para>
/// </remarks>
public static class PortableConnectionCsv
{
    /// <summary>Reads the connections one by one, while they are imported.</summary>
    /// <param name="reader">The text. It is not disposed.</param>
    /// <param name="client">The client of rows without one. Default: none, so the column <c>client</c> is required.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The connections.</returns>
    /// <exception cref="FormatException">The text is not as it must be; the message names line and column.</exception>
    public static IAsyncEnumerable<PortableConnection> ReadAsync(TextReader reader, string? client = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new ConnectionTable(reader, client).ReadAsync(cancellationToken);
    }
}
