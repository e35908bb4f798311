using System.Diagnostics;
using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>1,000 calls for the same token on an empty cache, while the token endpoint takes 50 ms.</summary>
internal static class Stampede
{
    private const int Calls = 1000;
    private const int Rounds = 9;

    public static async Task<Figure> MeasureAsync()
    {
        await RunAsync(Calls);
        List<Round> rounds = [];
        List<Round> alone = [];
        for (int round = 0; round < Rounds; round++)
        {
            rounds.Add(await RunAsync(Calls));
            alone.Add(await RunAsync(calls: 1));
        }

        return new Figure(
            "1,000 calls on an empty cache, token endpoint 50 ms",
            "1 request; all done within the endpoint's time + 10 ms",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rounds.Max(round => round.Requests)} request at most; "
                + $"+ {Median(rounds):0.0} ms (one call alone: + {Median(alone):0.0} ms), median of {Rounds}"));
    }

    private static async Task<Round> RunAsync(int calls)
    {
        await using LoopbackApp app = await LoopbackApp.StartAsync();
        TokenKey key = LoopbackApp.KeyOf(app.AddCompany());
        long start = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => Task.Run(() => app.Tokens.GetTokenAsync(key).AsTask())));

        return new Round(app.TokenRequests, Stopwatch.GetElapsedTime(start) - LoopbackApp.TokenEndpointLatency);
    }

    private static double Median(List<Round> rounds) =>
        rounds.Select(round => round.BeyondEndpoint.TotalMilliseconds).Order().ElementAt(rounds.Count / 2);

    private sealed record Round(int Requests, TimeSpan BeyondEndpoint);
}
