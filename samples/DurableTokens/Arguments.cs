namespace DurableTokens;

/// <summary>The command line: nothing, or the connection string of a PostgreSQL database.</summary>
internal static class Arguments
{
    public static string? ConnectionString(string[] args)
    {
        if (args.Length == 0)
        {
            return null;
        }

        try
        {
            // The argument is not printed: a connection string contains a password.
            return args is [string text] && new Npgsql.NpgsqlConnectionStringBuilder(text).Host is not null ? text : throw new FormatException();
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new UsageException("The argument is not a connection string. Use one text in quotation marks: \"Host=...;Database=...;...\".");
        }
    }
}
