using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>Warm calls of 200 workers, in turns with the floor.</summary>
internal static class Throughput
{
    private const int Rounds = 9;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(300);

    public static async Task<Row> MeasureAsync()
    {
        StubApi api = new();
        ICaller floor = Peer.Floor(api);
        (string Column, ICaller Caller, ICaller Floor)[] entrants =
        [
            (Column.ByHand, Peer.ByHand(api), floor),
            .. Peer.All.Select(peer => (peer.Name, peer.WithToken(api, new StubTokenEndpoint()), peer.OwnFloor(api) ?? floor)),
        ];
        IEnumerable<ICaller> callers = entrants.SelectMany(one => (ICaller[])[one.Floor, one.Caller]).Distinct();
        Dictionary<ICaller, List<double>> speeds = callers.ToDictionary(caller => caller, _ => new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((ICaller caller, List<double> ofCaller) in speeds)
            {
                ofCaller.Add((await Workers.RunAsync(caller, Turn, heldAfter: Turn)).CallsPerSecond);
            }
        }

        return new Row(
            "throughput of 200 workers, of the floor's",
            string.Create(CultureInfo.InvariantCulture, $"{Side.Median(speeds[floor]) / 1e6:0.0} million calls a second"),
            "95 %")
        {
            Panel = new Panel("Throughput of 200 workers", "% of its floor; more is better", "0 '%'"),
            Cells = entrants.ToDictionary(one => one.Column, one => Ratio(speeds[one.Caller], speeds[one.Floor])),
        };
    }

    private static Cell Ratio(List<double> own, List<double> floor)
    {
        double percent = 100 * Side.Median(own.Zip(floor, (one, below) => one / below));
        return new Cell(string.Create(CultureInfo.InvariantCulture, $"{percent:0} %"), percent);
    }
}
