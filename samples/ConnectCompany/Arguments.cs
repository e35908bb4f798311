namespace ConnectCompany;

/// <summary>The command line: which API, and whether the program clicks through the pages of FakeVisma.</summary>
internal sealed record Arguments(ApiExample Api, bool Auto)
{
    public static Arguments Of(string[] args)
    {
        ApiExample api = ApiExample.EAccounting;
        bool auto = false;
        for (int index = 0; index < args.Length; index++)
        {
            switch (args[index])
            {
                case "--auto":
                    auto = true;
                    break;
                case "--api" when index + 1 < args.Length && ApiExample.Find(args[++index]) is { } found:
                    api = found;
                    break;
                default:
                    throw new UsageException($"Unknown argument '{args[index]}'. Use --api {string.Join('|', ApiExample.All.Select(example => example.Api.Name))}, and --auto.");
            }
        }

        return new Arguments(api, auto);
    }
}
