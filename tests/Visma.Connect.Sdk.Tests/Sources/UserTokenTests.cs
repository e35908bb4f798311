using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

public class UserTokenTests
{
    [Fact]
    public async Task Call_carries_the_token_of_the_connection_it_names()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);

        using HttpRequestMessage request = new(HttpMethod.Post, "") { Content = new StringContent("{\"query\":\"{ availableCompanies { items { name } } }\"}", null, "application/json") };
        using HttpResponseMessage response = await process.Http.SendAsync(request.SetConnection("customer-42"), TestApp.Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((await process.GetTokenAsync()).AuthorizationHeader, app.Visma.BusinessNxtEndpoint.Requests.Single().Authorization);
    }

    [Fact]
    public async Task Expired_token_is_renewed_once_for_a_thousand_callers()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();

        AccessToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => process.GetTokenAsync()));

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Token_is_renewed_ahead_of_expiry_in_the_background_while_the_old_one_is_served()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        AccessToken first = await process.GetTokenAsync();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        app.Time.Advance(TimeSpan.FromMinutes(57));

        AccessToken meanwhile = await process.GetTokenAsync();
        await pause.Reached.Soon();
        pause.Release();

        Assert.Equal(first.Value, meanwhile.Value);
        await Eventually.TrueAsync(() => process.GetTokenAsync().Result.AuthorizationHeader != first.AuthorizationHeader);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Another_process_uses_what_the_first_has_saved()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess first = await app.StartWithExpiredTokenAsync();
        AppProcess second = app.StartProcess();
        AccessToken renewed = await first.GetTokenAsync();

        AccessToken found = await second.GetTokenAsync();

        Assert.Equal(renewed.Value, found.Value);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Reply_without_a_refresh_token_keeps_the_stored_one()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.ReUse);
        AppProcess process = await app.StartWithExpiredTokenAsync();
        string? before = (await app.EntryAsync()).Tokens.RefreshToken;
        app.TokenEndpoint.ChangeNextReply(reply => reply.Remove("refresh_token"));

        await process.GetTokenAsync();

        Assert.Equal(before, (await app.EntryAsync()).Tokens.RefreshToken);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Renewal_never_asks_for_scopes()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();

        await process.GetTokenAsync();

        Assert.False(app.TokenEndpoint.Requests[^1].Form.ContainsKey("scope"));
    }

    [Fact]
    public async Task Refused_refresh_token_asks_for_consent_once_and_leaves_the_server_alone()
    {
        List<VismaConnection> told = [];
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(_ => { }).OnReauthorizationRequired((ended, _, _) =>
        {
            told.AddRange(ended.Connections);
            return Task.CompletedTask;
        }));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);

        ReauthorizationRequiredException first = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        ReauthorizationRequiredException again = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
        ReauthorizationRequiredException elsewhere = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => app.StartProcess().GetTokenAsync());

        Assert.Equal(1, app.Renewals);
        Assert.Equal((UserApp.Key, "invalid_grant"), (first.Key!, first.Error));
        Assert.Contains("the consent was revoked or has expired, or the token was used elsewhere", first.Reason, StringComparison.Ordinal);
        Assert.Equal((first.Reason, first.Since), (again.Reason, again.Since));
        Assert.Equal(first.Reason, elsewhere.Reason);
        await Eventually.TrueAsync(() => told.Count > 0);
        VismaConnection connection = Assert.Single(told);
        Assert.Equal((ConnectionState.ReauthorizationRequired, first.Reason), (connection.State, connection.Reason));
        Assert.Single(app.Log.Lines, line => line.StartsWith("Error Visma.Connect.Sdk 11 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Valid_token_of_an_ended_connection_is_served_to_its_end()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        AccessToken held = await process.GetTokenAsync();
        app.Visma.RevokeGrants(app.Client);
        app.Time.Advance(TimeSpan.FromMinutes(57));

        AccessToken served = await process.GetTokenAsync();
        await Eventually.TrueAsync(() => app.Cache.Calls.Any(call => call.Ends));

        Assert.Equal(held.Value, served.Value);
        Assert.Equal(held.Value, (await process.GetTokenAsync()).Value);
        app.Time.Advance(TimeSpan.FromMinutes(3));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());
    }

    [Fact]
    public async Task Consenting_again_mends_an_ended_connection_at_once()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Visma.RevokeGrants(app.Client);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        await app.ConnectAsync(process);

        await process.GetTokenAsync();
        Assert.Equal(ConnectionState.Active, (await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon())!.State);
    }

    [Fact]
    public async Task Connection_that_is_not_there_asks_for_consent()
    {
        await using UserApp app = await UserApp.StartAsync();

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => app.StartProcess().GetTokenAsync());

        Assert.Equal("Connection 'customer-42' of client 'nxt' does not exist: the user has not connected, or was disconnected. Send the user to the address of VismaConnections.Begin.", error.Message);
        Assert.Null(error.Since);
    }

    [Fact]
    public async Task Connection_without_a_refresh_token_ends_with_its_access_token_and_says_why()
    {
        await using UserApp app = await UserApp.StartAsync();
        app.Client.OfflineAccess = false;
        AppProcess process = app.StartProcess();
        VismaConnection connection = await app.ConnectAsync(process);
        await process.GetTokenAsync();
        app.Expire();

        ReauthorizationRequiredException error = await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync());

        Assert.False(connection.HasRefreshToken);
        Assert.Contains("ask for the scope 'offline_access'", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
        Assert.Contains(app.Log.Lines, line => line.Contains("is connected without a refresh token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_of_another_application_are_never_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.StartWithExpiredTokenAsync();
        TokenEntry entry = await app.EntryAsync();
        await app.Cache.ForgetBackToAsync(UserApp.Key, Copy.Of(entry, clientId: "isv_other"));

        Microsoft.Extensions.Options.OptionsValidationException error =
            await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => app.StartProcess().GetTokenAsync());

        Assert.Contains("was made by another ClientId than the client has now. Nothing was sent.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Tokens_of_another_environment_are_never_sent()
    {
        await using UserApp app = await UserApp.StartAsync();
        await app.StartWithExpiredTokenAsync();
        Uri elsewhere = new("https://connect.identity.stagaws.visma.example/connect/token");
        await app.Cache.ForgetBackToAsync(UserApp.Key, Copy.Of(await app.EntryAsync(), tokenEndpoint: elsewhere));

        Microsoft.Extensions.Options.OptionsValidationException error =
            await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => app.StartProcess().GetTokenAsync());

        Assert.Contains($"was made at {elsewhere.Host} by another token endpoint than the client has now. Nothing was sent.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Renewals);
    }

    [Fact]
    public async Task Token_tells_the_scopes_that_were_granted()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.ChangeNextReply(reply => reply["scope"] = "offline_access");

        AccessToken token = await process.GetTokenAsync();

        Assert.Equal(["offline_access"], token.Scopes);
        VismaConnection connection = (await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon())!;
        Assert.Equal(["offline_access"], connection.GrantedScopes);
        Assert.Equal([UserApp.Api, "offline_access"], connection.RequestedScopes);
    }

    [Fact]
    public async Task Next_secret_is_tried_under_a_mark_of_its_own_when_the_first_is_refused()
    {
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientSecrets.Add("the-new-one"));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.Client.RemoveSecret(app.Client.Secret);
        app.Client.AddSecret("the-new-one");

        await process.GetTokenAsync();

        Assert.Equal(2, app.Renewals);
        Assert.Equal(2, app.Cache.Calls.Count(call => call.SetsMark));
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Good_token_refused_by_the_api_is_renewed_once_a_minute()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.BusinessNxtEndpoint.Script = _ => FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token");

        for (int call = 0; call < 1000; call++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "");
            using HttpResponseMessage response = await process.Http.SendAsync(request.SetConnection("customer-42"), TestApp.Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Equal(1, app.Renewals);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        using HttpRequestMessage later = new(HttpMethod.Get, "");
        (await process.Http.SendAsync(later.SetConnection("customer-42"), TestApp.Cancellation)).Dispose();
        Assert.Equal(2, app.Renewals);
    }

    [Fact]
    public async Task Two_hundred_401s_at_once_cause_one_renewal_and_every_call_is_sent_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        string old = (await process.GetTokenAsync()).AuthorizationHeader;
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.Visma.BusinessNxtEndpoint.Script = request => request.Authorization == old ? FakeReply.Challenge(HttpStatusCode.Unauthorized, "invalid_token") : null;

        HttpStatusCode[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "") { Content = new StringContent("{\"query\":\"{ availableCompanies { totalCount } }\"}", null, "application/json") };
            using HttpResponseMessage response = await process.Http.SendAsync(request.SetConnection("customer-42"), TestApp.Cancellation);
            return response.StatusCode;
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(1, app.Renewals);
        Assert.InRange(app.Visma.BusinessNxtEndpoint.Requests.Count, 200, 400);
    }

    [Fact]
    public async Task Token_requests_are_not_retried_by_handlers()
    {
        await using UserApp app = await UserApp.StartAsync(services: services =>
            Microsoft.Extensions.DependencyInjection.HttpClientFactoryServiceCollectionExtensions.ConfigureHttpClientDefaults(
                services,
                http => Microsoft.Extensions.DependencyInjection.HttpClientBuilderExtensions.AddHttpMessageHandler(http, () => new RetryHandler())));
        AppProcess process = await app.StartWithExpiredTokenAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Redirect("/elsewhere"));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());

        Assert.Contains("a redirect, which is never followed", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, app.Renewals);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("1"));
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync());
        Assert.Equal(2, app.Renewals);
    }
}
