using System.Globalization;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>
/// One day of very many connections on a hand-set clock. The application synchronises each of them every two hours, all of them at once at two o'clock,
/// and starts anew at eight. <c>VISMA_FULL_TESTS=1</c> runs 100,000 connections.
/// </summary>
public class SimulatedDayTests(ITestOutputHelper output)
{
    private const int Places = 32;

    private static readonly int Connections = Environment.GetEnvironmentVariable("VISMA_FULL_TESTS") == "1" ? 100_000 : 600;
    private static readonly TimeSpan ReplyTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Between = TimeSpan.FromHours(2);
    private static readonly TimeSpan Night = TimeSpan.FromHours(2);
    private static readonly TimeSpan Deployment = TimeSpan.FromHours(8);

    [Fact]
    public async Task Token_requests_of_a_day_never_exceed_what_the_places_allow()
    {
        ManualTime time = new();
        DayServer server = new(time, Connections, ReplyTime);
        await using SimulatedDay day = new(time, server, new MemoryTokenCache(), Places);
        await day.ConnectAsync();

        int expected = 0;
        bool isNightOver = false;
        bool isDeployed = false;
        for (TimeSpan now = TimeSpan.Zero; now < TimeSpan.FromDays(1); now += TimeSpan.FromSeconds(1))
        {
            day.AdvanceTo(now);
            if (!isNightOver && now >= Night)
            {
                isNightOver = true;
                expected += await day.CallAsync(Enumerable.Range(0, Connections));
            }

            if (!isDeployed && now >= Deployment)
            {
                isDeployed = true;
                await day.RestartAsync();
                expected += await day.CallAsync(Enumerable.Range(0, Connections));
            }

            expected += await day.CallAsync(DueAt(now));
        }

        int perSecond = (int)(Places / ReplyTime.TotalSeconds);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"SimulatedDay: {Connections:N0} connections, {server.Answered:N0} token requests, at most {server.MostInASecond} in a second; the limit is {perSecond}"));
        Assert.Equal(expected, server.Answered);
        Assert.Equal(0, server.Refused);
        Assert.InRange(server.MostInASecond, 1, perSecond);
    }

    // The connections whose turn is in this second: they are spread evenly.
    private static IEnumerable<int> DueAt(TimeSpan now)
    {
        long second = (long)now.TotalSeconds % (long)Between.TotalSeconds;
        long First(long at) => ((at * Connections) + (long)Between.TotalSeconds - 1) / (long)Between.TotalSeconds;
        for (long connection = First(second); connection < First(second + 1); connection++)
        {
            yield return (int)connection;
        }
    }
}
