using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Import;

/// <summary>The way back: refresh tokens for a program that does without the library.</summary>
public class ExportTests
{
    [Fact]
    public async Task Exported_refresh_token_works_elsewhere_and_is_not_renewed_here_any_more()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        PortableConnection exported = (await process.ExportAsync()).Single();
        AccessToken served = await process.GetTokenAsync();
        app.Expire();
        ReauthorizationRequiredException end = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        using VismaConnectClient elsewhere = new(app.Client.ToOptions(), app.Visma.VismaConnect, app.Time);
        TokenResponse reply = await elsewhere.RefreshAsync(exported.Token, TestApp.Cancellation);

        Assert.Equal(("nxt", "customer-42"), (exported.Client, exported.Name));
        Assert.Equal(app.User.Subject, exported.Subject);
        Assert.Contains(UserApp.Api, exported.Scopes);
        Assert.NotNull(served);
        Assert.Contains("exported", end.Reason, StringComparison.Ordinal);
        Assert.NotNull(reply.RefreshToken);
        Assert.Equal(1, app.Renewals);
        Assert.DoesNotContain(exported.Token, exported.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_that_is_repeated_returns_the_same_tokens()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        string first = (await process.ExportAsync()).Single().Token;
        string second = (await app.StartProcess().ExportAsync()).Single().Token;

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Disconnection_of_an_exported_connection_revokes_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string token = (await process.ExportAsync()).Single().Token;

        Disconnection end = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation);

        Assert.Equal((true, null), (end.WasConnected, end.RevocationFailure));
        using VismaConnectClient elsewhere = new(app.Client.ToOptions(), app.Visma.VismaConnect, app.Time);
        await elsewhere.RefreshAsync(token, TestApp.Cancellation);
    }

    [Fact]
    public async Task Exported_connections_can_be_imported_again_under_any_name()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        FakeUser other = app.Visma.AddUser("Ola", app.Company);
        await app.ConnectAsync(process, "one", app.User);
        await app.ConnectAsync(process, "two", other);
        List<PortableConnection> exported = await process.ExportAsync();

        ConnectionImportReport report = await process.ImportAsync([exported[0], OldProgram.Row("renamed", exported[1].Token)]);

        Assert.Equal(2, report.Count(ConnectionImportOutcome.Imported));
        app.Expire();
        await process.GetTokenAsync(exported[0].Name);
        await process.GetTokenAsync("renamed");
        Assert.Equal(4, app.Renewals);
    }

    [Fact]
    public async Task Connection_that_has_ended_is_not_exported()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await process.ImportAsync(OldProgram.Dead(1));

        Assert.Empty(await process.ExportAsync());
    }

    [Fact]
    public async Task Connection_of_another_application_is_not_exported()
    {
        bool isOther = false;
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientId = isOther ? "another_application" : options.ClientId);
        await app.ConnectAsync(app.StartProcess());
        isOther = true;

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartProcess().ExportAsync());

        Assert.Contains("was made by another ClientId", error.Message, StringComparison.Ordinal);
        Assert.Equal((ConnectionState.Active, null), ((await app.EntryAsync()).State, (await app.EntryAsync()).ExportedAt));
    }

    [Fact]
    public async Task Export_waits_for_a_renewal_under_way_and_returns_the_new_token()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        string spent = (await app.EntryAsync()).Tokens.RefreshToken!;
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> renewal = process.GetTokenAsync();
        await reply.Reached.Soon();
        Task<List<PortableConnection>> export = process.ExportAsync();
        await process.WaitsForAsync(TimeSpan.FromSeconds(1));

        reply.Release();
        await renewal;
        app.Time.Advance(TimeSpan.FromSeconds(1));

        PortableConnection exported = (await export.Soon()).Single();
        Assert.NotEqual(spent, exported.Token);
    }

    [Fact]
    public async Task Connection_whose_renewal_does_not_end_is_named_after_the_others_were_exported()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await app.ConnectAsync(process, "other", app.Visma.AddUser("Ola", app.Company));
        TokenEntry entry = await app.EntryAsync();
        RenewalMark mark = new() { Id = "m", Attempt = 1, Lease = TimeSpan.FromSeconds(35), PlacedAt = app.Time.GetUtcNow() };
        await app.Cache.SaveAsync(UserApp.Key, entry with { Version = "v", Mark = mark, LastAttempt = 1, MarkedTokens = 0 }, entry.Version, TestApp.Cancellation);
        List<string> exported = [];
        Task export = ExportAsync();

        await process.WatchUntilAsync(export);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => export);
        Assert.True(error.IsTransient);
        Assert.Contains("customer-42", error.Message, StringComparison.Ordinal);
        Assert.Equal(["other"], exported);

        async Task ExportAsync()
        {
            await foreach (PortableConnection connection in process.Connections.ExportRefreshTokensAsync("nxt", TestApp.Cancellation))
            {
                exported.Add(connection.Name);
            }
        }
    }

    [Fact]
    public async Task Connection_without_a_refresh_token_is_not_exported_and_goes_on_working()
    {
        await using UserApp app = await UserApp.StartAsync(scopes: [UserApp.Api]);
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        Assert.Empty(await process.ExportAsync());

        Assert.Equal(ConnectionState.Active, (await app.EntryAsync()).State);
    }

    // The removal of the mark happens, and is reported as failed. The export comes before the process looks again.
    [Fact]
    public async Task Process_that_sent_nothing_under_its_mark_does_not_bring_back_an_exported_connection()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        Gate marking = app.Cache.HoldNext(call => call.SetsMark, after: true);
        Task<AccessToken> call = process.GetTokenAsync();
        await marking.Reached.Soon();
        Gate removing = app.Cache.HoldNext(save => save.IsSave && save.Entry!.Mark is null, after: true);
        await process.WaitsForAsync(TimeSpan.FromSeconds(2));
        app.Time.Advance(TimeSpan.FromSeconds(4));
        await removing.Reached.Soon();
        Assert.Single(await app.StartProcess().ExportAsync());
        await process.PassAsync(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);

        Assert.Equal(0, app.Renewals);
        marking.Open();
        removing.Open();
    }

    [Fact]
    public async Task Client_that_does_not_exist_is_refused()
    {
        await using UserApp app = await UserApp.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (PortableConnection connection in app.StartProcess().Connections.ExportRefreshTokensAsync("unknown", TestApp.Cancellation))
            {
                Assert.Fail($"{connection} was exported.");
            }
        });
    }
}
