using System.Diagnostics;
using System.Globalization;
using System.Net;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>200 calls in flight. The API answers 401 to all of them, because it no longer accepts their token.</summary>
internal static class RejectionStorm
{
    private const int Calls = 200;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    public static async Task<Row> MeasureAsync()
    {
        Row row = new("200 calls in flight that are all answered 401, token endpoint 50 ms", "", "1 request, all succeed")
        {
            Panel = new Panel("200 calls that are answered 401", "calls that fail"),
        };
        foreach (Peer peer in Peer.All)
        {
            // The first one compiles.
            await RunAsync(peer);
            row.Cells[peer.Name] = await RunAsync(peer);
        }

        return row;
    }

    private static async Task<Cell> RunAsync(Peer peer)
    {
        ShiftedTime time = new();
        StubTokenEndpoint endpoint = new(Latency) { Time = time };
        RevokingApi api = new(Calls);
        ICaller caller = peer.WithToken(api, endpoint);
        Task<HttpStatusCode> first = Task.Run(caller.CallAsync);
        while (api.Arrived == 0)
        {
            await Task.Delay(10);
        }

        // This library does not renew a token for a 401 if it is younger than a minute.
        time.Advance(TimeSpan.FromMinutes(2));
        int before = endpoint.Requests;
        long start = Stopwatch.GetTimestamp();
        HttpStatusCode[] answers = await Task.WhenAll([first, .. Enumerable.Range(1, Calls - 1).Select(_ => Task.Run(caller.CallAsync))]);
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        int failed = answers.Count(answer => answer != HttpStatusCode.OK);
        return new Cell(
            string.Create(CultureInfo.InvariantCulture, $"{Count.Of(endpoint.Requests - before, "request")}, {Calls - failed} succeed, {took:0} ms"), failed);
    }
}
