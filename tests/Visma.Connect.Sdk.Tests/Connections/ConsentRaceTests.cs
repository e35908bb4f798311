using System.Net;
using Visma.Connect.Sdk.Tests.Sources;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>Consents and disconnections at the same time, or while the cache fails.</summary>
public class ConsentRaceTests
{
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(35) / 3;

    [Fact]
    public async Task Tokens_of_another_application_are_removed_and_not_sent_to_this_one()
    {
        bool isOther = false;
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientId = isOther ? "another_application" : options.ClientId);
        await app.ConnectAsync(app.StartProcess());
        isOther = true;
        AppProcess other = app.StartProcess();

        Disconnection end = await other.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(end.WasConnected);
        Assert.Contains("was made by another ClientId", end.RevocationFailure!.Message, StringComparison.Ordinal);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    // For example in the middle of a deployment.
    [Fact]
    public async Task Response_that_reaches_a_process_with_another_application_first_is_completed_by_the_right_one()
    {
        bool isOther = false;
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientId = isOther ? "another_application" : options.ClientId);
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        isOther = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartProcess().Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        VismaConnection connection = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    // The save is reported as failed, and the look after it fails. Before the next look, another process renews the tokens.
    [Fact]
    public async Task Consent_that_was_saved_and_renewed_unnoticed_is_not_saved_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(RenewalRaceTests.ClockOf(app));
        app.Cache.FailNext(call => call.IsSave, after: true);
        app.Cache.FailNext(call => call.IsRead && app.Cache.Calls.Any(earlier => earlier.IsSave));
        Task<VismaConnection> connecting = app.ConnectAsync(process);
        await process.WaitsForAsync(SaveAgainAfter);
        app.Expire();
        AccessToken renewed = await app.StartProcess().GetTokenAsync();

        await process.PassAsync(SaveAgainAfter);
        await connecting;

        Assert.Equal(renewed.Value, (await app.EntryAsync()).Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Connection_whose_client_has_left_the_settings_can_still_be_removed()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        TokenKey orphan = TokenKey.ForConnection("gone", "customer-42");
        await app.Cache.SaveAsync(orphan, Copy.Of(await app.EntryAsync()), ifVersion: null, TestApp.Cancellation);

        Disconnection end = await process.Connections.DisconnectAsync("gone", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(end.WasConnected);
        Assert.Contains("There is no client 'gone'", end.RevocationFailure!.Message, StringComparison.Ordinal);
        Assert.Null(await app.Cache.EntryAsync(orphan));
    }

    [Fact]
    public async Task Misspelled_client_is_told_from_a_user_who_has_not_connected()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();

        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => process.Connections.FindAsync("ntx", "customer-42", TestApp.Cancellation).Soon());
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Answer_that_was_surely_not_redeemed_can_be_tried_again(HttpStatusCode status)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1", status));
        VismaConnectException busy = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        VismaConnection connection = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.True(busy.IsTransient);
        Assert.Equal(ConnectionState.Active, connection.State);
    }

    // The user was on Visma's pages, and wants to be connected.
    [Fact]
    public async Task Consent_that_was_begun_before_a_disconnection_connects_after_it()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string before = (await app.EntryAsync()).Tokens.RefreshToken!;
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        Disconnection end = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        VismaConnection connection = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.True(end.WasConnected);
        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Equal(before, Assert.Single(app.Server.RevocationEndpoint.Requests).Form["token"]);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Consent_whose_code_is_under_way_during_a_disconnection_connects()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();

        Disconnection end = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        reply.Release();

        Assert.True(end.WasConnected);
        Assert.Equal(ConnectionState.Active, (await completing).State);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Callback_that_is_loaded_again_after_a_disconnection_says_so()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        foreach (AppProcess each in (AppProcess[])[process, app.StartProcess()])
        {
            VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => each.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

            Assert.Contains("was disconnected after that", error.Message, StringComparison.Ordinal);
            Assert.Equal("begin-again", error.Remedy?.Code);
        }

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Unsaved_tokens_of_a_consent_that_was_replaced_are_not_served()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, FakePause reply, Task<AccessToken> call) = await app.StartWithOpenRenewalAsync();
        await app.ConnectAsync(process);
        app.Cache.IsDown = true;
        reply.Release();
        AccessToken before = await call;
        app.Cache.IsDown = false;

        AccessToken token = await process.GetTokenAsync();

        Assert.NotEqual(before.Value, token.Value);
        Assert.Equal((await app.EntryAsync()).Tokens.AccessToken.Value, token.Value);
    }
}
