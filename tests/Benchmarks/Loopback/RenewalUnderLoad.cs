using System.Globalization;

namespace Visma.Connect.Sdk.Benchmarks.Loopback;

/// <summary>200 workers take a token without a pause while it is renewed.</summary>
internal static class RenewalUnderLoad
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    /// <summary>A token of one hour, in its last five minutes.</summary>
    public static async Task<Figure> MeasureOneAsync()
    {
        await using LoopbackApp app = await LoopbackApp.StartAsync();
        TokenKey key = LoopbackApp.KeyOf(app.AddCompany());
        await app.Tokens.GetTokenAsync(key);
        Workers workers = new(app.Tokens, key);

        TimeSpan longestBefore = default;
        await workers.RunAsync(async () =>
        {
            await Task.Delay(Moment);
            longestBefore = workers.TakeLongest();
            app.Time.Advance(TimeSpan.FromMinutes(57));
            await Task.Delay(Moment);
        });

        return new Figure(
            "a renewal under 200 workers, token endpoint 50 ms",
            "1 request, 0 calls held",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{app.TokenRequests - 1} request; {workers.Held} of {workers.Calls:N0} calls held; longest call "
                + $"{workers.TakeLongest().TotalMilliseconds:0.0} ms (before the renewal: {longestBefore.TotalMilliseconds:0.0} ms)"));
    }

    /// <summary>Tokens of one second.</summary>
    public static async Task<Figure> MeasureFloorAsync()
    {
        const int Seconds = 3;
        await using LoopbackApp app = await LoopbackApp.StartAsync(tokenLifetime: TimeSpan.FromSeconds(1));
        TokenKey key = LoopbackApp.KeyOf(app.AddCompany());
        await app.Tokens.GetTokenAsync(key);

        await new Workers(app.Tokens, key).RunAsync(() => Task.Delay(TimeSpan.FromSeconds(Seconds)));

        return new Figure(
            $"tokens of one second under 200 workers, for {Seconds} s",
            "a floor on the frequency of renewal",
            $"{app.TokenRequests - 1} requests");
    }
}
