using System.Collections.Concurrent;
using System.Globalization;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>An import that is killed (SIGKILL) in the middle and run again, at a server without a grace period.</summary>
[Collection(ProcessTests.Name)]
public class ImportTests
{
    private const string RedirectUri = "https://acme.example/visma/callback";

    // The number that the import exchanges at the same time.
    private const int Concurrency = 4;

    // Several tokens are under way at the kill.
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(30);

    // The second run watches the marks of the first one for a lease of 35 seconds.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Import_of_500_tokens_that_is_killed_and_run_again_presents_no_token_twice_and_reports_every_row()
    {
        using TokenDatabase database = TokenDatabase.Sqlite();
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        FakeClient client = visma.AddClient("isv_acme", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        FakeClient other = visma.AddClient("isv_other", "business-graphql-api:access-group-based", "offline_access").AllowRedirectTo(RedirectUri);
        OldTokens old = await OldTokens.ObtainAsync(visma, client, other);
        string file = $"{database.ConnectionString}.csv";
        await old.WriteAsync(file);
        visma.TokenEndpoint.Latency = Latency;
        ConcurrentQueue<string> presented = new();
        Action<int> atPresentation = _ => { };
        visma.TokenEndpoint.Script = request =>
        {
            if (Presentation.Of(request) is { } presentation)
            {
                presented.Enqueue(presentation.RefreshToken);
                atPresentation(presented.Count);
            }

            return null;
        };

        await using Worker killed = Start();
        atPresentation = count =>
        {
            if (count == OldTokens.Rows / 2)
            {
                killed.Kill();
            }
        };
        await killed.Ended.WaitAsync(LongestRun, TestContext.Current.CancellationToken);
        int before = presented.Count;
        await using Worker again = Start();
        await again.Ended.WaitAsync(LongestRun, TestContext.Current.CancellationToken);

        Dictionary<int, string> outcomes = OutcomesOf(again);
        int[] unknown = [.. outcomes.Where(row => row.Value == nameof(ConnectionImportOutcome.OutcomeUnknown)).Select(row => row.Key)];
        Fleet.Print($"killed at presentation {before} of {presented.Count}; {unknown.Length} rows were under way.");
        Assert.Contains(again.Lines, line => line.Text == $"imported {OldTokens.Rows}");
        Assert.InRange(before, OldTokens.Rows / 2, OldTokens.Rows - 1);
        Assert.Equal(presented.Distinct().Count(), presented.Count);
        Assert.InRange(unknown.Length, 1, Concurrency);
        ITokenCache cache = database.Open();
        for (int row = 1; row <= OldTokens.Rows; row++)
        {
            string[] right = row == OldTokens.Duplicate ? [nameof(ConnectionImportOutcome.Duplicate)]
                : unknown.Contains(row) ? [nameof(ConnectionImportOutcome.OutcomeUnknown)]
                : OldTokens.IsGood(row) ? [nameof(ConnectionImportOutcome.Imported), nameof(ConnectionImportOutcome.AlreadyConnected)]
                : [nameof(ConnectionImportOutcome.Ended)];
            Assert.True(right.Contains(outcomes[row]), $"Row {row} is reported as {outcomes[row]}.");
            TokenEntry? entry = await cache.GetAsync(TokenKey.ForConnection("app", $"customer-{row}"), TestContext.Current.CancellationToken);
            Assert.Equal(row == OldTokens.Duplicate, entry is null);
            Assert.True(entry is null || (entry.State == ConnectionState.Active) == (right.Length == 2), $"The connection of row {row} is {entry?.State}.");
            Assert.True(right.Length < 2 || entry!.Tokens.RefreshToken != old.Tokens[row - 1], $"Row {row} has its old token.");
        }

        Worker Start() => Worker.Start(client.Secret, new Dictionary<string, string>
        {
            ["Worker__Import"] = file,
            ["Worker__Database"] = $"sqlite:{database.ConnectionString}",
            ["VismaConnect__TokenProtection__Keys__first"] = TestKeys.First,
            ["VismaConnect__Authorities__VismaConnect__BaseAddress"] = visma.Address.ToString(),
            ["VismaConnect__Clients__app__ClientId"] = client.ClientId,
            ["VismaConnect__Clients__app__ClientSecret"] = client.Secret,
            ["VismaConnect__Clients__app__RedirectUri"] = RedirectUri,
        }, new Pulse());
    }

    private static Dictionary<int, string> OutcomesOf(Worker worker) => worker.Lines
        .Select(line => line.Text.Split(' ', 4))
        .Where(words => words is ["row", _, _, ..])
        .ToDictionary(words => int.Parse(words[1], CultureInfo.InvariantCulture), words => words[2]);
}
