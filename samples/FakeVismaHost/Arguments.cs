using System.Globalization;

namespace FakeVismaHost;

/// <summary>The command line: the first port, and the redirect URIs of the application that is developed.</summary>
internal sealed record Arguments(int Port, IReadOnlyList<string> RedirectUris)
{
    private const int DefaultPort = 5090;

    // The next port is used too.
    private const int HighestPort = 65534;

    private static readonly string[] DefaultRedirectUris = ["http://127.0.0.1:5080/visma/callback", "http://localhost:5080/visma/callback"];

    public static Arguments Of(string[] args)
    {
        int port = DefaultPort;
        List<string> redirectUris = [];
        for (int index = 0; index < args.Length; index++)
        {
            string? value = args.ElementAtOrDefault(index + 1);
            switch (args[index])
            {
                case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= HighestPort:
                    index++;
                    break;
                case "--redirect-uri" when Uri.TryCreate(value, UriKind.Absolute, out _):
                    redirectUris.Add(value!);
                    index++;
                    break;
                case "--port":
                    throw new UsageException($"--port needs a number from 1 to {HighestPort}.");
                case "--redirect-uri":
                    throw new UsageException("--redirect-uri needs an absolute address.");
                default:
                    throw new UsageException($"Unknown argument '{args[index]}'. Use --port and --redirect-uri.");
            }
        }

        return new Arguments(port, redirectUris.Count > 0 ? redirectUris : DefaultRedirectUris);
    }
}
