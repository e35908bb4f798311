using Visma.Connect.Sdk.Benchmarks.Measuring;
using Visma.Connect.Sdk.Benchmarks.Network;
using Visma.Connect.Sdk.Benchmarks.Peers;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>200 workers make calls without a pause while their token is renewed.</summary>
internal static class RenewalUnderLoad
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(5);

    public static async Task<Row> MeasureAsync()
    {
        Row row = new("renewal under 200 workers, token endpoint 50 ms", "", "1 request, 0 calls held")
        {
            Panel = new Panel("Renewal under 200 workers", "calls that wait for it"),
        };
        foreach (Peer peer in Peer.All)
        {
            StubTokenEndpoint endpoint = new(Latency) { FirstLifetime = peer.LifetimeThatIsSoonRenewed };
            ICaller caller = peer.WithToken(new StubApi(), endpoint);
            await caller.CallAsync();
            int before = endpoint.Requests;

            WorkerCounts counts = await Workers.RunAsync(caller, LongEnough, heldAfter: Latency / 2);

            row.Cells[peer.Name] = new Cell($"{Count.Of(endpoint.Requests - before, "request")}, {Count.Of(counts.Held, "call")} held", counts.Held);
        }

        return row;
    }
}
