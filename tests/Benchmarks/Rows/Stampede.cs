using System.Diagnostics;
using System.Globalization;
using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>1,000 calls at once on an empty cache.</summary>
internal static class Stampede
{
    private const int Calls = 1000;
    private const int Rounds = 9;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    public static async Task<Row> MeasureAsync()
    {
        List<(string Column, Round Round)> rounds = [];
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (Peer peer in Peer.All)
            {
                Round measured = await RunAsync(peer);
                // The first one compiles.
                if (round > 0)
                {
                    rounds.Add((peer.Name, measured));
                }
            }
        }

        return new Row("1,000 calls on an empty cache, token endpoint 50 ms", "50 ms", "1 request, 60 ms")
        {
            Panel = new Panel("1,000 calls on an empty cache", "token requests"),
            Cells = rounds.GroupBy(one => one.Column, one => one.Round).ToDictionary(peer => peer.Key, peer => ToCell([.. peer])),
        };
    }

    private static async Task<Round> RunAsync(Peer peer)
    {
        StubTokenEndpoint endpoint = new(Latency);
        ICaller caller = peer.WithToken(new StubApi(), endpoint);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Task.Run(caller.CallAsync)));
        return new Round(endpoint.Requests, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static Cell ToCell(IReadOnlyCollection<Round> rounds)
    {
        int requests = rounds.Max(round => round.Requests);
        return new Cell(
            string.Create(CultureInfo.InvariantCulture, $"{Count.Of(requests, "request")}, {Side.Median(rounds.Select(round => round.Milliseconds)):0} ms"),
            requests);
    }

    private sealed record Round(int Requests, double Milliseconds);
}
