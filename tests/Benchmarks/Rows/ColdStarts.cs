using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>
/// The start of an application until its first call has ended: processes, in turns. Azure.Core and Google bring an HTTP client of their own, so their floor
/// is a console with an HttpClient alone. The floor of the others is a console with a container and IHttpClientFactory.
/// </summary>
internal static class ColdStarts
{
    private const int Turns = 15;

    private static readonly Command Floor = new("ColdStart", "floor");
    private static readonly Command Library = new("ColdStart", "library");
    private static readonly Command Bare = new("ColdStart.Peers", "bare");

    private static readonly Entrant[] Consoles =
    [
        new(Column.Library, Library, Floor),
        new(Column.AzureCore, new Command("ColdStart.Peers", "azure"), Bare),
        new(Column.Google, new Command("ColdStart.Peers", "google"), Bare),
        new(Column.Msal, new Command("ColdStart.Peers", "msal"), Floor),
    ];

    private static readonly Entrant[] Sqlite = [new(Column.Library, Library.With("sqlite"), Library)];
    private static readonly Entrant[] Later = [new(Column.Library, Library.With("later"), Floor.With("later"))];
    private static readonly Entrant[] Host = [new(Column.Library, Library.With("host"), Floor.With("host"))];

    public static IEnumerable<Row> Measure()
    {
        Starts built = Start(Repository.BuildOf, [.. Consoles, .. Sqlite, .. Later, .. Host]);
        yield return built.Elapsed("cold start, console", "+15 ms", Consoles) with { Panel = new Panel("Cold start, console", "ms over its floor") };
        yield return built.Processor("the same, processor time", Consoles);
        yield return built.Methods("the same, methods compiled", Consoles);
        yield return built.Kilobytes("the same, DLLs loaded", Consoles) with { Panel = new Panel("DLLs loaded by the first call", "KB over its floor") };
        yield return built.Elapsed("cold start, console, responses later", "", Later);
        yield return built.Elapsed("cold start, host with `StartAsync`", "+15 ms", Host);
        yield return built.Elapsed("cold start with SQLite, a token in the file, over the library without", "+35 ms", Sqlite);

        Starts published = Start(Repository.Publish, [.. Consoles, .. Host]);
        yield return published.Elapsed("cold start, console, ReadyToRun", "+8 ms", Consoles) with
        {
            Panel = new Panel("Cold start, console, ReadyToRun", "ms over its floor"),
        };
        yield return published.Elapsed("cold start, host, ReadyToRun", "+8 ms", Host);
    }

    private static Starts Start(Func<string, string> build, IReadOnlyList<Entrant> entrants)
    {
        Command[] commands = [.. entrants.SelectMany(entrant => (Command[])[entrant.Floor, entrant.Command]).Distinct()];
        Dictionary<string, string> directories = commands.Select(command => command.Project).Distinct().ToDictionary(project => project, build);
        Dictionary<Command, List<Start>> starts = commands.ToDictionary(command => command, _ => new List<Start>());
        for (int turn = 0; turn <= Turns; turn++)
        {
            foreach (Command command in commands)
            {
                Start start = Measuring.Start.Of(directories[command.Project], command.Project, command.Arguments);
                // The first one reads the files from the disk.
                if (turn > 0)
                {
                    starts[command].Add(start);
                }
            }
        }

        return new Starts(starts);
    }

    private sealed record Command(string Project, string Arguments)
    {
        public Command With(string argument) => this with { Arguments = Arguments + " " + argument };
    }

    private sealed record Entrant(string Column, Command Command, Command Floor);

    private sealed class Starts(Dictionary<Command, List<Start>> starts)
    {
        public Row Elapsed(string what, string bar, Entrant[] entrants) => ToRow(new Row(what, "", bar), entrants, start => start.Elapsed, "ms");

        public Row Processor(string what, Entrant[] entrants) => ToRow(new Row(what, "", ""), entrants, start => start.Processor, "ms");

        public Row Methods(string what, Entrant[] entrants) => ToRow(new Row(what, "", ""), entrants, start => start.Methods, "");

        public Row Kilobytes(string what, Entrant[] entrants) => ToRow(new Row(what, "", ""), entrants, start => start.Kilobytes, "KB");

        private Row ToRow(Row row, Entrant[] entrants, Func<Start, double> value, string unit)
        {
            double Median(Command command) => Side.Median(starts[command].Select(value));
            string Text(FormattableString number) => (number.ToString(CultureInfo.InvariantCulture) + " " + unit).TrimEnd();

            string bare = entrants.Any(entrant => entrant.Floor == Bare) ? "; bare " + Text($"{Median(Bare):#,0}") : "";
            return row with
            {
                Floor = Text($"{Median(entrants[0].Floor):#,0}") + bare,
                Cells = entrants.ToDictionary(
                    entrant => entrant.Column,
                    entrant => new Cell(
                        Text($"{Median(entrant.Command) - Median(entrant.Floor):+#,0;-#,0;0}"), Median(entrant.Command) - Median(entrant.Floor))),
            };
        }
    }
}
