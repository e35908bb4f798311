using System.Globalization;
using System.Runtime.CompilerServices;

namespace Visma.Connect.Sdk;

/// <summary>A CSV file of connections. <see cref="PortableConnectionCsv"/> describes the format.</summary>
internal sealed class ConnectionTable(TextReader reader, string? client)
{
    private const string Client = "client";
    private const string Name = "name";
    private const string Token = "token";
    private const string Company = "company";
    private const string Subject = "subject";
    private const string ConnectedAt = "connectedAt";
    private const string Scopes = "scopes";

    private static readonly string[] Known = [Client, Name, Token, Company, Subject, ConnectedAt, Scopes];

    private readonly CsvLines _lines = new(reader);

    /// <exception cref="FormatException">The text is not as it must be; the message names line and column, and no value.</exception>
    public async IAsyncEnumerable<PortableConnection> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string header = (await _lines.ReadAsync(cancellationToken).ConfigureAwait(false))?.TrimStart('\uFEFF') ?? "";
        char separator = header.AsSpan().IndexOf(',') >= 0 ? ',' : ';';
        IReadOnlyList<string> columns = CsvFields.Of(header, separator, _lines.Number);
        RequireColumns(columns);
        while (await _lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                yield return ConnectionOf(columns, CsvFields.Of(line, separator, _lines.Number));
            }
        }
    }

    // The columns are not quoted in a message: a file without a header has tokens in its first line.
    private void RequireColumns(IReadOnlyList<string> columns)
    {
        for (int index = 0; index < columns.Count; index++)
        {
            if (!Known.Contains(columns[index], StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException(FormattableString.Invariant($"Line 1, column {index + 1}: the name of the column is not known. ")
                    + $"The first line names the columns: {string.Join(", ", Known)}.");
            }

            if (columns.Take(index).Contains(columns[index], StringComparer.OrdinalIgnoreCase))
            {
                throw new FormatException(FormattableString.Invariant($"Line 1, column {index + 1}: there are two columns '{columns[index]}'."));
            }
        }

        string[] required = client is null ? [Name, Token, Client] : [Name, Token];
        if (required.FirstOrDefault(name => !columns.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } missing)
        {
            throw new FormatException($"Line 1: there is no column '{missing}'.");
        }
    }

    private PortableConnection ConnectionOf(IReadOnlyList<string> columns, IReadOnlyList<string> fields)
    {
        if (fields.Count != columns.Count)
        {
            throw new FormatException(FormattableString.Invariant(
                $"Line {_lines.Number} has {fields.Count} fields, and the first line names {columns.Count} columns."));
        }

        string? Field(string column)
        {
            int index = columns.TakeWhile(name => !string.Equals(name, column, StringComparison.OrdinalIgnoreCase)).Count();
            return index < fields.Count && fields[index].Length > 0 ? fields[index] : null;
        }

        PortableConnection connection = new(Field(Client) ?? client ?? "", Field(Name) ?? "", Field(Token) ?? "")
        {
            Company = Field(Company),
            Subject = Field(Subject),
            ConnectedAt = Field(ConnectedAt) is { } at ? TimeOf(at) : null,
        };
        foreach (string scope in (Field(Scopes) ?? "").Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            connection.Scopes.Add(scope);
        }

        return connection;
    }

    // With its offset: a time without one would depend on the machine that reads it.
    private DateTimeOffset TimeOf(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) && time.Kind != DateTimeKind.Unspecified
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at)
            ? at
            : throw new FormatException(FormattableString.Invariant($"Line {_lines.Number}, column '{ConnectedAt}': it is not a time with an offset, ")
                + "such as 2026-11-22T03:04:05Z.");
}
