using System.Net;
using Microsoft.Extensions.DependencyInjection;
using static Visma.Connect.Sdk.ConnectionImportOutcome;

namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>What happens to an import when a reply is lost, a process is killed, the settings are wrong, or the cache or the server is down.</summary>
public class ImportTroubleTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static TheoryData<TimeSpan> GracePeriods => [TimeSpan.Zero, Grace];

    // The grace period applies to consents that were given after it was set, and nothing is known about these consents.
    [Theory]
    [MemberData(nameof(GracePeriods))]
    public async Task Token_whose_reply_is_lost_is_not_sent_again_and_its_outcome_is_unknown(TimeSpan grace)
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(grace));
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        PortableConnection row = OldProgram.Row("customer-42", await old.ConnectAsync());
        row.Subject = app.User.Subject;
        app.TokenEndpoint.LoseNextReply();

        ConnectionImportReport first = await process.ImportAsync([row]);
        ConnectionImportReport second = await app.StartProcess().ImportAsync([row], new() { ReplaceEnded = true });

        Assert.All([first, second], report =>
        {
            Assert.Equal([OutcomeUnknown], report.Outcomes());
            Assert.Contains("The refresh token was sent, and the outcome is unknown. It is not sent again", report.Results[0].Reason, StringComparison.Ordinal);
        });
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Token_that_can_be_used_again_is_sent_again_after_a_lost_reply()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.ReUse, client => client.RefreshTokens = RefreshTokenKind.ReUse);
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        PortableConnection[] rows = await old.ConnectAsync(1);
        app.TokenEndpoint.LoseNextReply();
        Task<ConnectionImportReport> import = process.ImportAsync(rows);

        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);

        Assert.Equal([Imported], (await import).Outcomes());
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Token_of_a_process_that_was_killed_between_mark_and_reply_is_not_sent_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(3);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        using CancellationTokenSource cancel = new();
        Task<ConnectionImportReport> killed = app.StartProcess(new ManualTime()).ImportAsync(rows, new() { Concurrency = 1 }, cancellationToken: cancel.Token);
        await reply.Reached.Soon();
        await cancel.CancelAsync();

        // The clock is advanced when the other rows are finished: it would end their requests.
        AppProcess next = app.StartProcess();
        Reported reported = new();
        Task<ConnectionImportReport> again = next.ImportAsync(rows, progress: reported);
        await Eventually.TrueAsync(() => reported.Count == 2);
        await next.WatchUntilAsync(again);

        Assert.Equal([OutcomeUnknown, Imported, Imported], (await again).Outcomes());
        Assert.Contains("Attempt 1", (await again).Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(3, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
        reply.Release();
        await killed;
    }

    [Fact]
    public async Task Row_that_a_killed_process_saved_and_did_not_send_is_sent_by_the_next_run()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(1);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark);
        Task<ConnectionImportReport> killed = app.StartProcess().ImportAsync(rows);
        await mark.Reached.Soon();

        ConnectionImportReport report = await app.StartProcess().ImportAsync(rows);

        Assert.Equal([Imported], report.Outcomes());
        mark.Open();
        await killed;
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Token_that_the_old_program_has_renewed_since_a_killed_import_replaces_the_one_that_was_saved()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(1);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark);
        Task<ConnectionImportReport> killed = app.StartProcess().ImportAsync(rows);
        await mark.Reached.Soon();
        string renewed = await old.RenewAsync(rows[0].Token);

        ConnectionImportReport report = await app.StartProcess().ImportAsync([OldProgram.Row(rows[0].Name, renewed)]);

        Assert.Equal([Imported], report.Outcomes());
        mark.Open();
        await killed;
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Token_that_could_not_be_sent_does_not_stay_in_the_cache()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(1);
        AppProcess process = app.StartProcess();
        for (int swap = 0; swap < 3; swap++)
        {
            app.Cache.FailNext(call => call.SetsMark);
        }

        ConnectionImportReport report = await process.ImportAsync(rows);

        Assert.Equal([Failed], report.Outcomes());
        Assert.Null(await process.Connections.FindAsync("nxt", rows[0].Name, TestApp.Cancellation));
        Assert.Equal(0, app.Renewals);
        app.Cache.Recover();
        Assert.Equal([Imported], (await app.StartProcess().ImportAsync(rows)).Outcomes());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Import_stops_after_as_many_refusals_in_a_row_as_the_options_say_at_any_concurrency(int concurrency)
    {
        await using UserApp app = await UserApp.StartAsync();

        ConnectionImportReport report = await app.StartProcess().ImportAsync(OldProgram.Dead(50), new() { Concurrency = concurrency, StopAfterFailures = 7 });

        Assert.Equal(7, app.Renewals);
        Assert.Equal((7, 43), (report.Count(Ended), report.Count(NotTried)));
        Assert.Contains("7 rows of client 'nxt' in a row did not succeed", report.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_with_an_accepted_token_in_between_do_not_stop_the_import()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] living = await old.ConnectAsync(3);
        PortableConnection[] rows = [.. OldProgram.Dead(4, "a"), living[0], .. OldProgram.Dead(4, "b"), living[1], .. OldProgram.Dead(4, "c"), living[2]];

        ConnectionImportReport report = await app.StartProcess().ImportAsync(rows, new() { Concurrency = 1 });

        Assert.Null(report.StopReason);
        Assert.Equal((3, 12), (report.Count(Imported), report.Count(Ended)));
    }

    [Fact]
    public async Task Accepted_tokens_of_one_client_do_not_hide_the_wrong_settings_of_another_one()
    {
        await using UserApp app = await UserApp.StartAsync(services: AddWrongClient);
        using OldProgram old = new(app);
        PortableConnection[] living = await old.ConnectAsync(10);
        PortableConnection[] wrong = OldProgram.Dead(10, client: "wrong");

        ConnectionImportReport report = await app.StartProcess().ImportAsync(
            living.Zip(wrong).SelectMany(pair => new[] { pair.First, pair.Second }), new() { Concurrency = 1, StopAfterFailures = 3 });

        Assert.Equal(3, report.Count(Ended));
        Assert.Contains("client 'wrong'", report.StopReason, StringComparison.Ordinal);

        void AddWrongClient(IServiceCollection services) => services.AddVismaConnect(options =>
        {
            options.Clients["wrong"] = new VismaClientOptions { ClientId = "isv_acme_web", ClientSecret = "set below", RedirectUri = UserApp.RedirectUri };
        }).Services.PostConfigure<VismaConnectOptions>(options => options.Clients["wrong"].ClientSecret = options.Clients["nxt"].ClientSecret);
    }

    [Fact]
    public async Task Wrong_secret_stops_the_import_and_costs_no_token()
    {
        string? secret = "wrong";
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientSecret = secret ?? options.ClientSecret);
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(20);

        ConnectionImportReport refused = await app.StartProcess().ImportAsync(rows, new() { Concurrency = 1 });
        VismaConnection? left = await app.StartProcess().Connections.FindAsync("nxt", rows[0].Name, TestApp.Cancellation);
        secret = null;
        ConnectionImportReport corrected = await app.StartProcess().ImportAsync(rows);

        Assert.Null(left);
        Assert.Equal((1, 19), (refused.Count(Failed), refused.Count(NotTried)));
        Assert.Contains("invalid_client", refused.StopReason, StringComparison.Ordinal);
        Assert.Equal(20, corrected.Count(Imported));
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Tokens_that_were_tried_with_a_wrong_client_id_are_imported_with_the_right_one()
    {
        FakeClient? used = null;
        await using UserApp app = await UserApp.StartAsync(client: options =>
            (options.ClientId, options.ClientSecret) = used is null ? (options.ClientId, options.ClientSecret) : (used.ClientId, used.Secret));
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(8);
        used = app.Visma.AddClient("isv_wrong", UserApp.Api, "offline_access");

        ConnectionImportReport wrong = await app.StartProcess().ImportAsync(rows);
        used = null;
        ConnectionImportReport right = await app.StartProcess().ImportAsync(rows);

        Assert.Equal((5, 3), (wrong.Count(Ended), wrong.Count(NotTried)));
        Assert.Equal(8, right.Count(Imported));
    }

    // Its first token is spent. If the row replaced it, an import after the settings are changed back would send that token again.
    [Fact]
    public async Task Connection_that_worked_before_it_ended_is_not_imported_again_with_other_settings()
    {
        FakeClient? used = null;
        await using UserApp app = await UserApp.StartAsync(client: options =>
            (options.ClientId, options.ClientSecret) = used is null ? (options.ClientId, options.ClientSecret) : (used.ClientId, used.Secret));
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(1);
        AppProcess first = app.StartProcess();
        await first.ImportAsync(rows);
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => first.GetTokenAsync(rows[0].Name));
        used = app.Visma.AddClient("isv_wrong", UserApp.Api, "offline_access");

        ConnectionImportReport wrong = await app.StartProcess().ImportAsync(rows);
        used = null;
        ConnectionImportReport right = await app.StartProcess().ImportAsync(rows);

        Assert.Equal((Failed, Ended), (wrong.Outcomes()[0], right.Outcomes()[0]));
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Cancellation_finishes_the_rows_under_way_and_begins_no_other()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(6);
        using FakePause first = app.TokenEndpoint.PauseNextReply();
        using FakePause second = app.TokenEndpoint.PauseNextReply();
        using CancellationTokenSource cancel = new();
        Task<ConnectionImportReport> import = app.StartProcess().ImportAsync(rows, new() { Concurrency = 2 }, cancellationToken: cancel.Token);
        await Task.WhenAll(first.Reached, second.Reached).Soon();

        await cancel.CancelAsync();
        first.Release();
        second.Release();

        ConnectionImportReport report = await import;
        Assert.Equal([Imported, Imported], report.Outcomes().Where(outcome => outcome != NotTried));
        Assert.Contains("cancelled", report.StopReason, StringComparison.Ordinal);
        Assert.Equal(2, app.Renewals);
        Assert.Equal(6, (await app.StartProcess().ImportAsync(rows)).Results.Count(result => result.Outcome is Imported or AlreadyConnected));
    }

    [Fact]
    public async Task No_more_tokens_are_under_way_than_the_options_say()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(6);
        FakePause[] pauses = [.. Enumerable.Range(0, 3).Select(_ => app.TokenEndpoint.PauseNext())];
        Task<ConnectionImportReport> import = app.StartProcess().ImportAsync(rows, new() { Concurrency = 3 });
        await Task.WhenAll(pauses.Select(pause => pause.Reached)).Soon();

        Assert.Equal(3, app.Renewals);
        Assert.Equal(3, app.Cache.Calls.Where(call => call.IsSave).Select(call => call.Key).Distinct().Count());
        Array.ForEach(pauses, pause => pause.Release());

        Assert.Equal(6, (await import).Count(Imported));
    }

    [Fact]
    public async Task Input_that_fails_is_reported_after_the_rows_under_way_are_finished()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(2);
        AppProcess process = app.StartProcess();

        FormatException error = await Assert.ThrowsAsync<FormatException>(() =>
            process.Connections.ImportAsync(rows.Streamed(new FormatException("Line 3")), cancellationToken: TestApp.Cancellation).Soon());

        Assert.Equal("Line 3", error.Message);
        Assert.Equal([AlreadyConnected, AlreadyConnected], (await process.ImportAsync(rows)).Outcomes());
    }

    [Fact]
    public async Task Pause_that_the_server_asks_for_is_waited_for()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        PortableConnection[] rows = await old.ConnectAsync(1);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("20", HttpStatusCode.TooManyRequests));
        Task<ConnectionImportReport> import = process.ImportAsync(rows);

        await process.PassAsync(TimeSpan.FromSeconds(20));

        Assert.Equal([Imported], (await import).Outcomes());
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Import_stops_when_the_new_tokens_cannot_be_saved_and_says_where_they_are()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(6);
        AppProcess process = app.StartProcess();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<ConnectionImportReport> import = process.ImportAsync(rows, new() { Concurrency = 1, StopAfterFailures = 1 });
        await reply.Reached.Soon();

        app.Cache.IsDown = true;
        reply.Release();
        ConnectionImportReport report = await import;
        app.Cache.IsDown = false;

        Assert.Equal((1, 5), (report.Count(Failed), report.Count(NotTried)));
        Assert.Contains("in the memory of this process", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Import_does_not_begin_while_the_cache_is_down()
    {
        await using UserApp app = await UserApp.StartAsync();
        app.Cache.FailsToList = true;

        await Assert.ThrowsAsync<VismaConnectException>(() => app.StartProcess().ImportAsync(OldProgram.Dead(1)));

        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Transaction_of_the_caller_does_not_take_back_what_was_saved_before_a_token_was_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(1);
        AsyncLocal<bool> ambient = new() { Value = true };
        List<bool> seen = [];
        Gate save = app.Cache.HoldNext(call => Note(call.IsSave));
        Task<ConnectionImportReport> import = app.StartProcess().ImportAsync(rows);
        await save.Reached.Soon();
        save.Open();

        Assert.Equal([Imported], (await import).Outcomes());
        Assert.DoesNotContain(true, seen);

        bool Note(bool isSave)
        {
            if (isSave)
            {
                seen.Add(ambient.Value);
            }

            return isSave;
        }
    }

    private sealed class Reported : IProgress<ConnectionImportResult>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Report(ConnectionImportResult value) => Interlocked.Increment(ref _count);
    }
}
