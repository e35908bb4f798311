using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.Connections;

public class CompletionTests
{
    // A third of the lease of a client without a grace period.
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(35) / 3;

    [Fact]
    public async Task Reloaded_callback_gets_the_same_connection_and_redeems_nothing_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);

        VismaConnection first = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        VismaConnection again = await process.Connections.CompleteAsync(AuthorizationRequest.FromJson(start.ToJson()), callback, TestApp.Cancellation).Soon();

        Assert.Equal((first.Key, first.State, first.ConnectedAt, first.Company), (again.Key, again.State, again.ConnectedAt, again.Company));
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal((UserApp.Key, ConnectionState.Active, true), (first.Key, first.State, first.HasRefreshToken));
        Assert.Equal((app.Company.TenantId, app.Time.GetUtcNow()), (first.Company, first.ConnectedAt));
    }

    // Access tokens are opaque: their claims are only read for comparisons.
    [Theory]
    [InlineData("""{"tenant\ud800_id":"a1b2"}""")]
    [InlineData("""{"tenant_id":"\ud800"}""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public async Task Odd_claims_in_an_access_token_do_not_cost_the_consent(string claims)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        string token = $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.e30";
        app.TokenEndpoint.AnswerNext(FakeReply.Status(
            HttpStatusCode.OK,
            $$"""{"access_token":"{{token}}","refresh_token":"r3fresh","token_type":"Bearer","expires_in":3600}"""));

        VismaConnection connection = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal((ConnectionState.Active, null, true), (connection.State, connection.Company, connection.HasRefreshToken));
    }

    [Fact]
    public async Task Callbacks_at_the_same_time_redeem_the_code_once()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause pause = app.TokenEndpoint.PauseNext();

        List<Task<VismaConnection>> callers = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()))];
        await pause.Reached.Soon();
        pause.Release();
        VismaConnection[] connections = await Task.WhenAll(callers);

        Assert.All(connections, connection => Assert.Equal((UserApp.Key, ConnectionState.Active), (connection.Key, connection.State)));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Another_code_for_the_same_request_is_refused()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        AuthorizationResponse other = await app.AnswerAsync(start);
        await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, other, TestApp.Cancellation).Soon());

        Assert.Contains("was answered before with another code. Nothing was exchanged", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Callback_of_a_page_that_failed_gets_the_same_error_and_redeems_nothing_again()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.TokenEndpoint.LoseNextReply();

        VismaConnectException first = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());
        VismaConnectException again = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Equal(first.Message, again.Message);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelling_the_caller_after_the_code_was_sent_loses_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using CancellationTokenSource closedTab = new();
        using FakePause pause = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = process.Connections.CompleteAsync(start, callback, closedTab.Token).Soon();
        await pause.Reached.Soon();

        await closedTab.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completing);
        pause.Release();

        Assert.Equal(ConnectionState.Active, (await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
        Assert.NotNull(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelling_the_caller_before_the_code_is_sent_sends_nothing()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.Connections.CompleteAsync(start, callback, new CancellationToken(canceled: true)).Soon());

        Assert.Empty(app.TokenEndpoint.Requests);
        Assert.Equal(ConnectionState.Active, (await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
    }

    [Fact]
    public async Task Tokens_are_saved_when_the_cache_is_back()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();
        app.Cache.IsDown = true;
        reply.Release();
        await UnsavedAsync(app);
        await process.PassAsync(SaveAgainAfter);
        await process.WaitsForAsync(SaveAgainAfter);
        Assert.False(completing.IsCompleted);
        app.Cache.IsDown = false;
        await process.PassAsync(SaveAgainAfter);

        Assert.Equal(ConnectionState.Active, (await completing).State);
        Assert.Equal((await app.EntryAsync()).Tokens.AccessToken.Value, (await process.GetTokenAsync()).Value);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Caller_waits_a_minute_at_most_and_the_tokens_are_saved_all_the_same()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<VismaConnection> completing = process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();
        await reply.Reached.Soon();
        app.Cache.IsDown = true;
        reply.Release();
        await UnsavedAsync(app);

        await process.WaitsForAsync(SaveAgainAfter);
        app.Time.Advance(TimeSpan.FromMinutes(1));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => completing);
        Assert.True(error.IsTransient);
        Assert.Contains("was not completed within 60 s. Its completion goes on in the background", error.Message, StringComparison.Ordinal);
        await process.WaitsForAsync(SaveAgainAfter);
        app.Cache.IsDown = false;
        await process.PassAsync(SaveAgainAfter);
        Assert.Equal(ConnectionState.Active, (await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
        Assert.NotNull(await app.Cache.EntryAsync(UserApp.Key));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    // The code would bring tokens that cannot be saved.
    [Theory]
    [InlineData("read")]
    [InlineData("write")]
    public async Task Code_is_not_sent_while_the_cache_is_down_and_the_same_callback_can_be_redeemed_later(string trouble)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.Cache.IsDown = trouble == "read";
        for (int times = 0; trouble == "write" && times < 3; times++)
        {
            app.Cache.FailNext(call => call.Operation == "save");
        }

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.True(error.IsTransient);
        Assert.Contains("complete the consent again with the same response: its code was not sent", error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.Contains(error.Remedy!.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
        app.Cache.IsDown = false;
        Assert.Equal(ConnectionState.Active, (await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon()).State);
    }

    [Fact]
    public async Task Save_that_was_applied_though_it_was_reported_as_failed_is_recognised_at_once()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.Cache.FailNext(call => call.IsSave, after: true);

        VismaConnection connection = await process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon();

        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Single(app.Cache.Calls, call => call.IsSave);
    }

    [Theory]
    [InlineData("invalid_grant", "The code was used before, is older than five minutes, or belongs to another RedirectUri or application. Begin again.")]
    [InlineData("invalid_client", "Check ClientId, ClientSecret and Authority of the client against the Visma Developer Portal")]
    public async Task Refused_code_is_an_error_that_says_what_to_do_and_nothing_is_saved(string code, string remedy)
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(code));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.Equal(code, error.Error);
        Assert.Contains(remedy, error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.Contains("the exchange of the authorization code at 127.0.0.1 for client 'nxt'", error.Message, StringComparison.Ordinal);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
    }

    [Fact]
    public async Task Code_that_took_longer_than_five_minutes_is_refused_by_the_server()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        app.Time.Advance(TimeSpan.FromMinutes(5));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Equal("invalid_grant", error.Error);
    }

    [Fact]
    public async Task Lost_reply_is_a_transient_error_without_a_second_attempt()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.LoseNextReply();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.True(error.IsTransient);
        Assert.Contains("The connection failed during the exchange of the authorization code at 127.0.0.1 for client 'nxt'", error.Message, StringComparison.Ordinal);
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
    }

    [Fact]
    public async Task Reply_that_takes_too_long_is_a_transient_error()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<VismaConnection> connecting = app.ConnectAsync(process);
        await pause.Reached.Soon();

        await app.Time.PassAsync(TimeSpan.FromSeconds(30));

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => connecting);
        Assert.True(error.IsTransient);
        Assert.Contains("No reply to the exchange of the authorization code", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expected_company_is_connected(bool atVismaConnect)
    {
        await using UserApp app = atVismaConnect ? await UserApp.StartAsync() : await UserApp.StartAsync(authority: VismaAuthority.EAccounting, scopes: ["ea:api", "offline_access"]);
        AppProcess process = app.StartProcess();

        VismaConnection connection = await app.ConnectAsync(process, new AuthorizationRequestOptions { Company = app.Company.TenantId });

        Assert.Equal(app.Company.TenantId, connection.Company);
        Assert.Equal(ConnectionState.Active, connection.State);
    }

    [Fact]
    public async Task User_of_several_companies_is_not_asked_for_the_company_that_visma_connect_was_told()
    {
        await using UserApp app = await UserApp.StartAsync();
        FakeCompany second = app.Visma.AddCompany("Fjellheim Bygg AS");
        FakeUser user = app.Visma.AddUser("Ola Nordmann", app.Company, second);
        AppProcess process = app.StartProcess();
        AuthorizationRequest begun = process.Connections.Begin("nxt", "customer-42", new AuthorizationRequestOptions { Company = second.TenantId });

        AuthorizationResponse callback = await app.AnswerAsync(begun, user: user);
        VismaConnection connection = await process.Connections.CompleteAsync(begun, callback, TestApp.Cancellation).Soon();

        Assert.Equal(second.TenantId, connection.Company);
    }

    [Fact]
    public async Task Other_company_than_expected_is_revoked_and_the_connection_before_stands()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        TokenEntry before = await app.EntryAsync();

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.ConnectAsync(process, new AuthorizationRequestOptions { Company = "another" }));

        Assert.Equal($"The user chose company '{app.Company.TenantId}' for {UserApp.Key}, and 'another' is expected. Nothing was saved. Have the user begin again and choose that company.", error.Message);
        Assert.Equal(before.Version, (await app.EntryAsync()).Version);
        FakeRequest revocation = Assert.Single(app.Server.RevocationEndpoint.Requests);
        Assert.NotEqual(before.Tokens.RefreshToken, revocation.Form["token"]);
        app.Expire();
        await process.GetTokenAsync();
    }

    [Fact]
    public async Task Token_that_names_no_company_is_refused_where_one_is_expected()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.ChangeNextReply(reply => reply["access_token"] = "opaque");

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(
            () => app.ConnectAsync(process, new AuthorizationRequestOptions { Company = app.Company.TenantId }));

        Assert.Contains("Nothing was saved. Ask for the scope 'tenants', and switch it on in the Visma Developer Portal.", error.Message, StringComparison.Ordinal);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
    }

    [Fact]
    public async Task Revocation_that_fails_leaves_the_error_about_the_company()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        app.Server.RevocationEndpoint.AnswerNext(FakeReply.Drop, times: 3);

        VismaConnectException error = await app.Time.FailureAsync(
            app.ConnectAsync(process, new AuthorizationRequestOptions { Company = "another" }));

        Assert.Contains("and 'another' is expected", error.Message, StringComparison.Ordinal);
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 17 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task New_consent_takes_the_place_of_the_old_one()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        AccessToken before = await process.GetTokenAsync();
        TokenEntry first = await app.EntryAsync();
        app.Time.Advance(TimeSpan.FromMinutes(10));

        VismaConnection connection = await app.ConnectAsync(process);

        TokenEntry second = await app.EntryAsync();
        Assert.NotEqual(first.GrantId, second.GrantId);
        Assert.NotEqual(before.Value, (await process.GetTokenAsync()).Value);
        Assert.Equal(second.Tokens.AccessToken.Value, (await process.GetTokenAsync()).Value);
        Assert.Equal(app.Time.GetUtcNow(), connection.ConnectedAt);
    }

    // https://forums.invantive.com, topic 4694; read November 2026.
    [Fact]
    public async Task User_without_the_role_api_user_is_told_which_role_is_missing()
    {
        const string Interactive = "vismanet_erp_interactive_api:read";
        await using UserApp app = await UserApp.StartAsync(scopes: [Interactive, "offline_access"]);
        AppProcess process = app.StartProcess();
        app.User.WithoutApiUserRole(app.Company);

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => app.ConnectAsync(process));

        Assert.Equal("invalid_tenant", error.Error);
        Assert.Contains("The user lacks the role API User in that company", error.Remedy?.ToString(), StringComparison.Ordinal);
        Assert.Null(await process.Connections.FindAsync("nxt", "customer-42", TestApp.Cancellation).Soon());
    }

    [Fact]
    public async Task Request_without_a_connection_is_completed_by_a_typed_client_only()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        AuthorizationRequest start = process.Services.GetRequiredKeyedService<VismaConnectClient>("nxt").CreateAuthorizationRequest();
        AuthorizationResponse callback = await app.AnswerAsync(start);

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => process.Connections.CompleteAsync(start, callback, TestApp.Cancellation).Soon());

        Assert.Contains("names no connection. Begin it with VismaConnections.Begin.", error.Message, StringComparison.Ordinal);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Connections_in_memory_are_refused_outside_development_by_a_message_that_names_the_setting()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess durable = app.StartProcess();
        AuthorizationRequest start = durable.Connections.Begin("nxt", "customer-42");
        AuthorizationResponse callback = await app.AnswerAsync(start);
        await using ServiceProvider provider = InMemory(app, environment: "Production");
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();

        OptionsValidationException begun = Assert.Throws<OptionsValidationException>(() => connections.Begin("nxt", "customer-42"));
        OptionsValidationException completed = await Assert.ThrowsAsync<OptionsValidationException>(() => connections.CompleteAsync(start, callback, TestApp.Cancellation));

        Assert.Contains("set VismaConnect:AllowConnectionsInMemory to true (the environment Development needs no setting)", begun.Message, StringComparison.Ordinal);
        Assert.Equal(begun.Message, completed.Message);
        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("Production", true)]
    [InlineData("Development", false)]
    public async Task Connections_in_memory_are_allowed_by_a_setting_and_in_development(string? environment, bool isAllowed)
    {
        await using UserApp app = await UserApp.StartAsync();
        await using ServiceProvider provider = InMemory(app, environment, isAllowed);
        VismaConnections connections = provider.GetRequiredService<VismaConnections>();
        AuthorizationRequest start = connections.Begin("nxt", "customer-42");

        VismaConnection connection = await connections.CompleteAsync(start, await app.AnswerAsync(start), TestApp.Cancellation);

        Assert.Equal(ConnectionState.Active, connection.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Public_client_connects_renews_and_disconnects_without_a_secret(bool atVismaConnect)
    {
        await using UserApp app = await UserApp.StartAsync(
            authority: atVismaConnect ? VismaAuthority.VismaConnect : VismaAuthority.EAccounting,
            scopes: [UserApp.Api, "ea:api", "offline_access"],
            client: options =>
            {
                options.ClientSecret = null;
                options.IsPublicClient = true;
            });
        app.Client.IsPublic = true;
        AppProcess process = app.StartProcess();

        await app.ConnectAsync(process);
        app.Expire();
        await process.GetTokenAsync();
        Disconnection disconnection = await process.Connections.DisconnectAsync("nxt", "customer-42", TestApp.Cancellation).Soon();

        Assert.Equal((true, null), (disconnection.WasConnected, disconnection.RevocationFailure));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        Assert.All(app.TokenEndpoint.Requests, request =>
        {
            Assert.Equal(app.Client.ClientId, request.Form["client_id"]);
            Assert.False(request.Form.ContainsKey("client_secret"));
            Assert.Null(request.Authorization);
        });
        // https://docs.connect.visma.com/docs/token-revocation; read November 2026.
        Assert.Equal(BasicOf($"{app.Client.ClientId}:"), Assert.Single(app.Server.RevocationEndpoint.Requests).Authorization);
    }

    // From here on the renewal waits only for the cache, not for the server.
    private static Task UnsavedAsync(UserApp app) =>
        Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.StartsWith("Critical Visma.Connect.Sdk 12 ", StringComparison.Ordinal)));

    private static string BasicOf(string credentials) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials));

    // A process with the default cache, which is memory.
    private static ServiceProvider InMemory(UserApp app, string? environment, bool isAllowed = false)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(app.Time);
        services.AddLogging();
        if (environment is not null)
        {
            services.AddSingleton<IHostEnvironment>(new Environment(environment));
        }

        services.AddVismaConnect(options =>
        {
            VismaClientOptions own = app.Client.ToOptions();
            own.RedirectUri = UserApp.RedirectUri;
            options.Clients["nxt"] = own;
            options.AllowConnectionsInMemory = isAllowed;
            app.Visma.Configure(options);
        });
        return services.BuildServiceProvider(validateScopes: true);
    }

    private sealed class Environment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "Acme";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
