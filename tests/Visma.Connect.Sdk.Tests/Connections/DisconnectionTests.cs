using System.Net;
using System.Text;

namespace Visma.Connect.Sdk.Tests.Connections;

public class DisconnectionTests
{
    [Fact]
    public async Task Connection_is_found_by_client_and_name_and_told_apart_from_others()
    {
        await using UserApp app = await UserApp.StartAsync(scopes: [UserApp.Api, "openid", "offline_access"]);
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        VismaConnection? found = await process.Connections.FindAsync("NXT", "customer-42", TestApp.Cancellation).Soon();

        Assert.NotNull(found);
        Assert.Equal(("customer-42", ConnectionState.Active, null), (found.Name, found.State, found.Reason));
        Assert.Equal((app.User.Subject, app.Company.TenantId), (found.Subject, found.Company));
        Assert.Equal(["BusinessNxt"], found.Apis);
        Assert.Equal([UserApp.Api, "openid", "offline_access"], found.RequestedScopes);
        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromHours(1), found.TokenExpiresAt);
        Assert.Null(await process.Connections.FindAsync("nxt", "Customer-42", TestApp.Cancellation).Soon());
        foreach (string? secret in (string?[])[(await app.EntryAsync()).Tokens.AccessToken.Value, (await app.EntryAsync()).Tokens.RefreshToken, (await app.EntryAsync()).Tokens.IdToken])
        {
            Assert.DoesNotContain(secret!, found.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connections_of_every_client_are_listed_and_nothing_else()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        foreach (string name in (string[])["a", "b"])
        {
            AuthorizationRequest start = process.Connections.Begin("nxt", name);
            await process.Connections.CompleteAsync(start, await app.AnswerAsync(start), TestApp.Cancellation).Soon();
        }

        List<string> names = [];
        await foreach (VismaConnection connection in process.Connections.ListAsync(TestApp.Cancellation))
        {
            names.Add(connection.Name);
        }

        Assert.Equal(["a", "b"], names.Order());
    }

    // RFC 7009 section 2.1, and https://docs.connect.visma.com/docs/token-revocation; read November 2026.
    [Fact]
    public async Task Refresh_token_is_revoked_by_a_post_with_basic_and_a_hint()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string? refreshToken = (await app.EntryAsync()).Tokens.RefreshToken;

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal((true, null), (disconnection.WasConnected, disconnection.RevocationFailure));
        FakeRequest request = Assert.Single(app.Server.RevocationEndpoint.Requests);
        Assert.Equal("POST /connect/revocation", request.ToString());
        Assert.Equal(["token", "token_type_hint"], request.Form.Keys.Order());
        Assert.Equal((refreshToken, "refresh_token"), (request.Form["token"], request.Form["token_type_hint"]));
        string credentials = $"{app.Client.ClientId}:{WebUtility.UrlEncode(app.Client.Secret)}";
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)), request.Authorization);
    }

    [Fact]
    public async Task Tokens_are_removed_before_they_are_revoked()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await process.GetTokenAsync();
        using FakePause pause = app.Server.RevocationEndpoint.PauseNext();

        Task<Disconnection> disconnecting = process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        await pause.Reached.Soon();

        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        pause.Release();
        Assert.Null((await disconnecting).RevocationFailure);
    }

    [Fact]
    public async Task Token_in_memory_is_gone_too_and_the_next_call_asks_for_consent()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await process.GetTokenAsync();

        await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        Assert.Contains("the user has not connected, or was disconnected", error.Message, StringComparison.Ordinal);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Information Visma.Connect.Sdk 21 ", StringComparison.Ordinal));
    }

    // RFC 7009 section 2.2.1.
    [Fact]
    public async Task Busy_server_is_reported_as_transient_with_its_time_and_the_entry_is_gone()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Server.RevocationEndpoint.AnswerNext(FakeReply.Busy("60"));

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(disconnection.WasConnected);
        Assert.Equal((true, TimeSpan.FromSeconds(60)), (disconnection.RevocationFailure!.IsTransient, disconnection.RevocationFailure.RetryAfter));
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 17 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_or_lost_revocation_is_reported_without_the_token()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string refreshToken = (await app.EntryAsync()).Tokens.RefreshToken!;
        app.Server.RevocationEndpoint.AnswerNext(FakeReply.Refusal("invalid_request", $"token {refreshToken} is odd"));

        Disconnection refused = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        await app.ConnectAsync(process);
        app.Server.RevocationEndpoint.AnswerNext(FakeReply.Drop, times: 3);
        Disconnection lost = await app.Time.ResultAsync(process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation));

        Assert.Equal(("invalid_request", "token *** is odd"), (refused.RevocationFailure!.Error, refused.RevocationFailure.ErrorDescription));
        Assert.True(lost.RevocationFailure!.IsTransient);
        Assert.DoesNotContain(refreshToken, $"{refused} {lost}", StringComparison.Ordinal);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(refreshToken, StringComparison.Ordinal));
    }

    // RFC 7009 section 2.2.
    [Fact]
    public async Task Token_that_the_server_does_not_know_counts_as_revoked()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Visma.RevokeGrants(app.Client);

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal((true, null), (disconnection.WasConnected, disconnection.RevocationFailure));
    }

    [Fact]
    public async Task What_is_not_connected_is_not_revoked()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal((false, null), (disconnection.WasConnected, disconnection.RevocationFailure));
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Connection_without_a_refresh_token_has_nothing_to_revoke()
    {
        await using UserApp app = await UserApp.StartAsync();
        app.Client.OfflineAccess = false;
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal((true, null), (disconnection.WasConnected, disconnection.RevocationFailure));
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Unsaved_tokens_of_a_connection_that_another_process_has_removed_are_not_used_any_more()
    {
        await using UserApp app = await UserApp.StartAsync();
        (AppProcess process, _) = await app.StartWithUnsavedTokensAsync();
        AppProcess other = app.StartProcess();
        app.Cache.IsDown = false;
        await other.Connections.DisconnectAsync("nxt", UserApp.Key.Connection!, TestApp.Cancellation).Soon();

        await process.PassAsync(TimeSpan.FromSeconds(35) / 3);
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("The token cache works again", StringComparison.Ordinal)), "the last try to save");

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }

    [Fact]
    public async Task Consent_that_comes_meanwhile_stays()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        Gate gate = app.Cache.HoldNext(call => call.IsRemoval);
        Task<Disconnection> disconnecting = process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();
        await gate.Reached.Soon();

        await app.ConnectAsync(process);
        string? version = (await app.EntryAsync()).Version;
        gate.Open();

        Assert.False((await disconnecting).WasConnected);
        Assert.Equal(version, (await app.EntryAsync()).Version);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Cache_that_is_down_is_an_exception_because_the_connection_may_still_stand()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Cache.IsDown = true;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon());

        Assert.True(error.IsTransient);
        Assert.Empty(app.Server.RevocationEndpoint.Requests);
        app.Cache.IsDown = false;
        Assert.True((await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon()).WasConnected);
    }

    [Fact]
    public async Task Removal_that_was_applied_though_it_was_reported_as_failed_is_recognised()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Cache.FailNext(call => call.IsRemoval, after: true);

        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.True(disconnection.WasConnected);
        Assert.Single(app.Server.RevocationEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelling_the_wait_for_the_server_is_reported_and_the_connection_is_gone()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        using CancellationTokenSource cancellation = new();
        using FakePause pause = app.Server.RevocationEndpoint.PauseNext();
        Task<Disconnection> disconnecting = process.Connections.DisconnectAsync("nxt", "customer-42", cancellation.Token).Soon();
        await pause.Reached.Soon();

        await cancellation.CancelAsync();

        Disconnection disconnection = await disconnecting;
        Assert.True(disconnection.WasConnected);
        Assert.Contains("the wait was cancelled", disconnection.RevocationFailure!.Message, StringComparison.Ordinal);
        Assert.Null(await app.Cache.EntryAsync(UserApp.Key));
    }
}
