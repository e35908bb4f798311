namespace QuickStart;

/// <summary>The command line: <c>--tenant id</c>, once for each company.</summary>
internal static class Arguments
{
    public static Company[] Companies(string[] args)
    {
        List<Company> companies = [];
        for (int index = 0; index < args.Length; index += 2)
        {
            if (args[index] != "--tenant" || index + 1 == args.Length || string.IsNullOrWhiteSpace(args[index + 1]))
            {
                throw new UsageException($"Unknown argument '{args[index]}'. Use --tenant <id>, once for each company.");
            }

            companies.Add(new Company(args[index + 1], args[index + 1]));
        }

        return [.. companies];
    }
}
