using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Splits a line of a CSV file into its fields (RFC 4180). A quoted field ends on its line.</summary>
internal static class CsvFields
{
    /// <exception cref="FormatException">A quote is misplaced. The message names line and field, and no text of it.</exception>
    public static IReadOnlyList<string> Of(string line, char separator, int number)
    {
        List<string> fields = [];
        for (int at = 0; at <= line.Length; at++)
        {
            string? field = at < line.Length && line[at] == '"' ? Quoted(line, separator, ref at) : Plain(line, separator, ref at);
            fields.Add(field ?? throw new FormatException(
                FormattableString.Invariant($"Line {number}, column {fields.Count + 1}: a quote is misplaced. ")
                + "A field with a quote or a separator in it is quoted as a whole, each quote in it is written twice, and the field ends on its line."));
        }

        return fields;
    }

    // Both leave the index at the separator after the field, or at the end of the line. Null if a quote is misplaced.
    private static string? Plain(string line, char separator, ref int at)
    {
        int end = line.IndexOf(separator, at);
        string field = end < 0 ? line.Substring(at) : line.Substring(at, end - at);
        at += field.Length;
        return field.IndexOf('"') < 0 ? field : null;
    }

    private static string? Quoted(string line, char separator, ref int at)
    {
        StringBuilder field = new();
        while (++at < line.Length)
        {
            if (line[at] != '"')
            {
                field.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                at++;
                return at == line.Length || line[at] == separator ? field.ToString() : null;
            }
        }

        return null;
    }
}
