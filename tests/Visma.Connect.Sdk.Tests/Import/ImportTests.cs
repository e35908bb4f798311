using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Visma.Connect.Sdk.ConnectionImportOutcome;

namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>Refresh tokens of another program, what becomes of each, and what is reported.</summary>
public class ImportTests
{
    [Fact]
    public async Task Token_of_another_program_is_exchanged_once_and_then_renewed_like_any_other()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();

        ConnectionImportReport report = await process.ImportAsync([OldProgram.Row("customer-42", await old.ConnectAsync())]);

        Assert.Equal([Imported], report.Outcomes());
        Assert.Null(report.StopReason);
        await process.GetTokenAsync();
        Assert.Equal(1, app.Renewals);
        app.Expire();
        await process.GetTokenAsync();
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Company_user_scopes_and_date_of_the_row_are_those_of_the_connection()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        DateTimeOffset connectedAt = new(2024, 2, 3, 4, 5, 6, TimeSpan.Zero);
        PortableConnection row = OldProgram.Row("customer-42", await old.ConnectAsync());
        (row.Company, row.Subject, row.ConnectedAt) = (app.Company.TenantId, app.User.Subject, connectedAt);
        row.Scopes.Add(UserApp.Api);
        Gate mark = app.Cache.HoldNext(call => call.SetsMark);
        Task<ConnectionImportReport> import = process.ImportAsync([row]);
        await mark.Reached.Soon();
        VismaConnection saved = (await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation))!;
        mark.Open();
        await import;
        VismaConnection exchanged = (await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation))!;

        Assert.Null(saved.TokenExpiresAt);
        Assert.Equal((true, ConnectionState.Active), (saved.HasRefreshToken, saved.State));
        Assert.NotNull(exchanged.TokenExpiresAt);
        Assert.All([saved, exchanged], connection =>
        {
            Assert.Equal((row.Company, row.Subject, connectedAt), (connection.Company, connection.Subject, connection.ConnectedAt));
            Assert.Equal([UserApp.Api], connection.RequestedScopes);
        });
    }

    [Fact]
    public async Task Dry_run_saves_and_sends_nothing_and_reports_what_would_happen()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        int calls = app.TokenEndpoint.Requests.Count;
        PortableConnection good = OldProgram.Row("customer-1", await old.ConnectAsync(app.Visma.AddUser("Ola", app.Company)));

        ConnectionImportReport report = await process.ImportAsync(
            [good, OldProgram.Row("customer-42", "other"), OldProgram.Row("customer-2", good.Token), OldProgram.Row("", "x")],
            new ConnectionImportOptions { IsDryRun = true });

        Assert.Equal([WouldBeImported, AlreadyConnected, Duplicate, Invalid], report.Outcomes());
        Assert.Equal(calls + 1, app.TokenEndpoint.Requests.Count);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-1", TestApp.Cancellation));
        Assert.Equal(Imported, (await process.ImportAsync([good])).Results[0].Outcome);
    }

    [Fact]
    public async Task Import_that_runs_again_sends_nothing_and_reports_the_same_dead_ones()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        PortableConnection[] rows = [.. await old.ConnectAsync(2), .. OldProgram.Dead(2)];
        await process.ImportAsync(rows);
        app.Expire();
        await process.GetTokenAsync("customer-0");
        int renewals = app.Renewals;

        ConnectionImportReport again = await app.StartProcess().ImportAsync(rows);

        Assert.Equal([AlreadyConnected, AlreadyConnected, Ended, Ended], again.Outcomes());
        Assert.Contains("invalid_grant", again.Results[3].Reason, StringComparison.Ordinal);
        Assert.Equal(renewals, app.Renewals);
    }

    [Fact]
    public async Task Token_of_another_application_is_dead_and_the_others_live()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        FakeClient other = app.Visma.AddClient("isv_other", UserApp.Api, "offline_access").AllowRedirectTo(UserApp.RedirectUri);
        using VismaConnectClient foreign = new(other.ToOptions(), app.Visma.VismaConnect, app.Time);
        AuthorizationRequest start = foreign.CreateAuthorizationRequest();
        TokenResponse theirs = await foreign.ExchangeCodeAsync(start, await app.AnswerAsync(start), TestApp.Cancellation);
        PortableConnection[] rows = await old.ConnectAsync(2);

        ConnectionImportReport report = await app.StartProcess().ImportAsync([rows[0], OldProgram.Row("foreign", theirs.RefreshToken!), rows[1]]);

        Assert.Equal([Imported, Ended, Imported], report.Outcomes());
        Assert.Contains("invalid_grant", report.Results[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_under_two_names_is_sent_once_also_in_another_file_and_after_its_renewal()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        string token = await old.ConnectAsync();

        ConnectionImportReport first = await process.ImportAsync([OldProgram.Row("one", token), OldProgram.Row("two", token)]);
        app.Expire();
        await process.GetTokenAsync("one");
        ConnectionImportReport second = await app.StartProcess().ImportAsync([OldProgram.Row("three", token)]);

        Assert.Equal([Imported, Duplicate], first.Outcomes());
        Assert.Equal([Duplicate], second.Outcomes());
        Assert.Contains("connection 'one'", second.Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(2, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Name_in_two_rows_is_imported_from_the_first_one()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = await old.ConnectAsync(2);

        ConnectionImportReport report = await app.StartProcess().ImportAsync([rows[0], OldProgram.Row(rows[0].Name, rows[1].Token, "NXT")]);

        Assert.Equal([Imported, Duplicate], report.Outcomes());
        Assert.Contains("Row 1", report.Results[1].Reason, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Connection_that_works_is_never_replaced_and_one_that_ended_only_on_request_and_by_another_token()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        PortableConnection dead = OldProgram.Dead(1)[0];
        await process.ImportAsync([dead]);
        ConnectionImportOptions replacing = new() { ReplaceEnded = true };
        PortableConnection[] newRows = [OldProgram.Row("customer-42", "other"), OldProgram.Row(dead.Name, await old.ConnectAsync(app.Visma.AddUser("Ola", app.Company)))];

        ConnectionImportReport sameToken = await process.ImportAsync([dead], replacing);
        ConnectionImportReport notAsked = await process.ImportAsync(newRows);
        ConnectionImportReport asked = await process.ImportAsync(newRows, replacing);

        Assert.Equal([Ended], sameToken.Outcomes());
        Assert.Equal([AlreadyConnected, Ended], notAsked.Outcomes());
        Assert.Equal([AlreadyConnected, Imported], asked.Outcomes());
        await process.GetTokenAsync(dead.Name);
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Token_for_another_company_than_the_row_says_is_reported_in_every_run()
    {
        await using UserApp app = await UserApp.StartAsync(scopes: [UserApp.Api, "offline_access", "tenants"]);
        using OldProgram old = new(app);
        AppProcess process = app.StartProcess();
        PortableConnection row = OldProgram.Row("customer-42", await old.ConnectAsync(app.User, app.Company));
        row.Company = "another company";

        ConnectionImportReport first = await process.ImportAsync([row]);
        ConnectionImportReport second = await process.ImportAsync([row]);

        Assert.All([first, second], report =>
        {
            Assert.Equal([OtherCompany], report.Outcomes());
            Assert.Contains(app.Company.TenantId, report.Results[0].Reason, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("unknown", "a", "t", "The settings have no client of this name")]
    [InlineData("", "a", "t", "is empty")]
    [InlineData("nxt", " ", "t", "is empty")]
    [InlineData("nxt", "a", "", "The token is missing")]
    [InlineData("nxt", "a", "s3cret ", "The token has a space")]
    [InlineData("nxt", "a", "s3cret\nx", "The token has a space")]
    [InlineData("nxt", "s3cret", "s3cret", "The name of the connection is its token")]
    public async Task Row_that_is_wrong_is_reported_and_sends_nothing(string client, string name, string token, string reason)
    {
        await using UserApp app = await UserApp.StartAsync();

        ConnectionImportReport report = await app.StartProcess().ImportAsync([new PortableConnection(client, name, token)]);

        Assert.Equal([Invalid], report.Outcomes());
        Assert.Contains(reason, report.Results[0].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", report.Results[0].Reason, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Rows_that_are_null_or_too_long_or_no_text_or_have_a_wrong_scope_are_reported()
    {
        await using UserApp app = await UserApp.StartAsync();
        PortableConnection scoped = OldProgram.Row("a", "t");
        scoped.Scopes.Add("two words");

        PortableConnection[] rows = [null!, new(null!, null!, null!), OldProgram.Row("half of a \ud83d", "t"), OldProgram.Row("b", new string('x', 16_001)), scoped];

        ConnectionImportReport report = await app.StartProcess().ImportAsync(rows);

        Assert.Equal(5, report.Count(Invalid));
    }

    [Fact]
    public async Task Report_and_log_have_no_token_and_the_report_names_what_needs_a_look()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = [.. await old.ConnectAsync(2), .. OldProgram.Dead(1)];

        ConnectionImportReport report = await app.StartProcess().ImportAsync([.. rows, OldProgram.Row("again", rows[0].Token)]);

        string[] lines = report.ToString().Split(Environment.NewLine);
        Assert.Equal("4 rows: 2 Imported, 1 Ended, 1 Duplicate", lines[0]);
        Assert.StartsWith("row 3, client 'nxt', connection 'dead-0': Ended. The identity server refused", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("row 4, client 'nxt', connection 'again': Duplicate. Row 1 has the same token", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.All(rows, row => Assert.DoesNotContain(row.Token, report.ToString(), StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain(app.Log.Lines, line => line.Contains(row.Token, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Progress_gets_each_row_once_and_its_failures_end_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        using OldProgram old = new(app);
        PortableConnection[] rows = [.. await old.ConnectAsync(3), .. OldProgram.Dead(1)];
        List<int> seen = [];

        ConnectionImportReport report = await app.StartProcess().ImportAsync(rows, progress: new Reports(result =>
        {
            seen.Add(result.Row);
            throw new InvalidOperationException("the progress bar is closed");
        }));

        Assert.Equal([Imported, Imported, Imported, Ended], report.Outcomes());
        Assert.Equal([1, 2, 3, 4], seen.Order());
        Assert.Single(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 35 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(65, 5)]
    [InlineData(4, 0)]
    public async Task Options_out_of_their_range_are_refused(int concurrency, int stopAfterFailures)
    {
        await using UserApp app = await UserApp.StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => app.StartProcess().ImportAsync([], new() { Concurrency = concurrency, StopAfterFailures = stopAfterFailures }));
    }

    [Fact]
    public async Task Import_into_memory_is_refused()
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(cancellationToken: TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_web", UserApp.Api, "offline_access");
        ServiceCollection services = new();
        services.AddVismaConnect(options =>
        {
            options.Clients["nxt"] = client.ToOptions();
            visma.Configure(options);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();

        await Assert.ThrowsAsync<OptionsValidationException>(() => connections.ImportAsync(OldProgram.Dead(1).Streamed(), cancellationToken: TestApp.Cancellation));
        Assert.Empty(visma.TokenEndpoint.Requests);
    }

    private sealed class Reports(Action<ConnectionImportResult> act) : IProgress<ConnectionImportResult>
    {
        public void Report(ConnectionImportResult value) => act(value);
    }
}
