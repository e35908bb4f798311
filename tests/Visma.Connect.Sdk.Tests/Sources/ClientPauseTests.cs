using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>Which failures hold for all requests of a client, and which for one tenant.</summary>
public class ClientPauseTests
{
    [Theory]
    [InlineData("60", HttpStatusCode.TooManyRequests)]
    [InlineData("60", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Sat, 21 Nov 2026 12:01:00 GMT", HttpStatusCode.TooManyRequests)]
    public async Task Pause_that_the_server_asks_for_holds_for_every_tenant_of_the_client(string retryAfter, HttpStatusCode status)
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = Companies(app, 50);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy(retryAfter, status));

        foreach (FakeCompany company in companies)
        {
            VismaConnectException error = await FailAsync(app, company);
            Assert.Equal((TimeSpan.FromSeconds(60), true, status), (error.RetryAfter, error.IsTransient, error.StatusCode));
        }

        Assert.Single(app.TokenEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromSeconds(60));
        foreach (FakeCompany company in companies)
        {
            await app.GetTokenAsync(company);
        }

        Assert.Equal(51, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Short_pause_is_waited_for_by_every_tenant_and_one_request_tries_first()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = Companies(app, 10);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("10", HttpStatusCode.TooManyRequests));
        Task<AccessToken> first = app.GetTokenAsync(companies[0]).AsTask();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Count(timer => timer == TimeSpan.FromSeconds(10)) == 1);
        Task<AccessToken>[] others = [.. companies.Skip(1).Select(company => app.GetTokenAsync(company).AsTask())];
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Count(timer => timer == TimeSpan.FromSeconds(10)) == companies.Length);
        using FakePause trial = app.TokenEndpoint.PauseNext();

        app.Time.Advance(TimeSpan.FromSeconds(10));
        await trial.Reached.Soon();
        await Eventually.TrueAsync(() => app.Time.PendingTimers.Count(timer => timer == TimeSpan.FromSeconds(1)) == others.Length);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        trial.Release();
        await Eventually.TrueAsync(() => first.IsCompleted || others.Any(other => other.IsCompleted));
        await app.Time.UntilEndAsync(Task.WhenAll([first, .. others]));

        await Task.WhenAll([first, .. others]);
        Assert.Equal(companies.Length + 1, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Request_that_was_held_back_is_no_failure_of_its_tenant()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany stranger = app.Visma.AddCompany("Stranger AS");
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        await FailAsync(app, app.AddCompany());
        await FailAsync(app, stranger);
        app.Time.Advance(TimeSpan.FromSeconds(60));

        // After the first failure of a key there is no pause.
        Assert.Equal("invalid_tenant", (await FailAsync(app, stranger)).Error);
        Assert.Equal("invalid_tenant", (await FailAsync(app, stranger)).Error);

        Assert.Equal(3, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Refused_client_is_refused_for_every_tenant()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.ClientSecret = "wrong");

        foreach (FakeCompany company in Companies(app, 50))
        {
            VismaConnectException error = await FailAsync(app, company);
            Assert.Equal(("invalid_client", false), (error.Error, error.IsTransient));
            Assert.NotNull(error.Remedy);
        }

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Client_that_goes_on_being_refused_is_tried_less_and_less()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.ClientSecret = "wrong");
        FakeCompany[] companies = Companies(app, 50);

        for (int second = 0; second < 300; second++)
        {
            await FailAsync(app, companies[second % companies.Length]);
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(app.TokenEndpoint.Requests.Count, 10, 20);
    }

    [Theory]
    [InlineData("invalid_tenant")]
    [InlineData("invalid_scope")]
    [InlineData("unauthorized_client")]
    [InlineData("invalid_request")]
    public async Task Refusal_of_a_tenant_holds_for_no_other_tenant(string refusal)
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = Companies(app, 3);
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(refusal), times: 2);
        Assert.Equal(refusal, (await FailAsync(app, companies[0])).Error);
        Assert.Equal(refusal, (await FailAsync(app, companies[0])).Error);

        await app.GetTokenAsync(companies[1]);
        await app.GetTokenAsync(companies[2]);

        Assert.Equal(refusal, (await FailAsync(app, companies[0])).Error);
        Assert.Equal(4, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Refusal_of_a_tenant_after_the_pause_ends_it_because_the_server_has_answered()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        FakeCompany stranger = app.Visma.AddCompany("Stranger AS");
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await FailAsync(app, company);
        app.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("invalid_tenant", (await FailAsync(app, stranger)).Error);

        Assert.NotNull(await app.GetTokenAsync(company));
    }

    [Fact]
    public async Task Pause_of_one_client_holds_for_no_other_client()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options =>
            options.Clients["other"] = new VismaClientOptions { ClientId = "isv_acme_other", ClientSecret = "s", TenantUse = TenantUse.None }));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await FailAsync(app, app.AddCompany());

        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"access_token":"t0ken","token_type":"Bearer"}"""));
        AccessToken token = await app.Tokens.GetTokenAsync(TokenKey.ForClient("other"), TestApp.Cancellation);

        Assert.Equal("t0ken", token.Value);
    }

    [Fact]
    public async Task Token_in_memory_is_served_during_a_pause()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany served = app.AddCompany();
        AccessToken token = await app.GetTokenAsync(served);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await FailAsync(app, app.AddCompany());

        Assert.Same(token, await app.GetTokenAsync(served));
    }

    [Theory]
    [InlineData("ClientSecret", null)]
    [InlineData("ClientSecrets:0", null)]
    [InlineData("TokenEndpointAuthentication", "ClientSecretBasic")]
    public async Task Changed_credentials_end_the_memory_of_refusals_at_once(string setting, string? value)
    {
        await using FakeVisma visma = await FakeVisma.StartAsync(new ManualTime(), TestApp.Cancellation);
        FakeClient client = visma.AddClient("isv_acme_service", TestApp.ReadScope);
        TokenKey[] keys = [.. Enumerable.Range(0, 2).Select(number => TokenKey.ForTenant("erp", visma.AddCompany($"Company {number}").Grant(client).TenantId))];
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Clients:erp:ClientId"] = client.ClientId,
            ["Clients:erp:ClientSecret"] = value is null ? "wrong" : client.Secret,
            ["Clients:erp:Scopes:0"] = TestApp.ReadScope,
        }).Build();
        ManualTime time = new();
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time).AddLogging().AddVismaConnect(configuration);
        services.Configure<VismaConnectOptions>(visma.Configure);
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenSource tokens = provider.GetRequiredService<ITokenSource>();
        visma.TokenEndpoint.Script = value is null ? null : request => request.Authorization is null ? FakeReply.Refusal("invalid_client") : null;
        for (int second = 0; second < 120; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            foreach (TokenKey key in keys)
            {
                await Assert.ThrowsAsync<VismaConnectException>(() => tokens.GetTokenAsync(key, TestApp.Cancellation).AsTask().Soon());
            }
        }

        int refused = visma.TokenEndpoint.Requests.Count;
        configuration["Clients:erp:" + setting] = value ?? client.Secret;
        configuration.Reload();

        foreach (TokenKey key in keys)
        {
            Assert.NotEmpty((await tokens.GetTokenAsync(key, TestApp.Cancellation).AsTask().Soon()).Value);
        }

        Assert.InRange(refused, 5, 20);
    }

    [Fact]
    public async Task Pause_at_a_refresh_holds_for_the_other_connections_of_the_client()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        string[] names = [.. Enumerable.Range(0, 5).Select(number => $"customer {number}")];
        foreach (string name in names)
        {
            await app.ConnectAsync(process, name, app.Visma.AddUser(name, app.Company));
        }

        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        foreach (string name in names)
        {
            Assert.Equal(TimeSpan.FromSeconds(60), (await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync(name))).RetryAfter);
        }

        Assert.Equal(1, app.Renewals);
        Assert.Null((await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", names[1])))!.Mark);
        app.Time.Advance(TimeSpan.FromSeconds(60));
        foreach (string name in names)
        {
            await process.GetTokenAsync(name);
        }

        Assert.Equal(6, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Pause_of_the_client_holds_back_no_replay_within_the_grace()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        (AppProcess process, VismaConnectException own) = await LoseReplyInPauseAsync(app);
        VismaConnectException other = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("other"));

        app.Time.Advance(own.RetryAfter!.Value);
        await process.GetTokenAsync();

        Assert.Equal((TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(300)), (own.RetryAfter!.Value, other.RetryAfter!.Value));
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Fact]
    public async Task Answer_to_a_replay_during_the_pause_does_not_end_it()
    {
        await using UserApp app = await UserApp.StartAsync(FakeRefreshTokens.OneTime(TimeSpan.FromSeconds(60)));
        (AppProcess process, VismaConnectException own) = await LoseReplyInPauseAsync(app);
        app.Time.Advance(own.RetryAfter!.Value);
        await process.GetTokenAsync();

        VismaConnectException other = await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("other"));

        Assert.Equal((TimeSpan.FromSeconds(255), 2), (other.RetryAfter!.Value, app.Renewals));
        app.Time.Advance(other.RetryAfter!.Value);
        await process.GetTokenAsync("other");
    }

    [Fact]
    public async Task Request_that_tries_after_a_pause_goes_on_with_the_next_secret()
    {
        await using TestApp app = await TestApp.StartAsync(
            client =>
            {
                client.ClientSecrets.Add(client.ClientSecret!);
                client.ClientSecret = "deactivated";
            },
            services: services => services.AddVismaConnect(options => options.TokenRequests.Retries = 0));
        FakeCompany company = app.AddCompany();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await FailAsync(app, company);
        app.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.NotEmpty((await app.GetTokenAsync(company)).Value);
    }

    [Fact]
    public async Task Renewal_that_tries_after_a_pause_goes_on_with_the_next_secret_and_leaves_no_mark()
    {
        await using UserApp app = await UserApp.StartAsync(client: options => options.ClientSecrets.Add("the-new-one"));
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "first", app.Visma.AddUser("Kari Nordmann", app.Company));
        await app.ConnectAsync(process, "second", app.Visma.AddUser("Ola Nordmann", app.Company));
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync("first"));
        app.Time.Advance(TimeSpan.FromSeconds(60));
        app.Client.RemoveSecret(app.Client.Secret);
        app.Client.AddSecret("the-new-one");

        AccessToken token = await process.GetTokenAsync("second");

        Assert.NotEmpty(token.Value);
        Assert.Null((await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", "second")))!.Mark);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    // Of two answers to requests that were under way together.
    [Fact]
    public async Task Shorter_pause_of_a_later_answer_does_not_shorten_the_longer_one()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options => options.TokenRequests.Retries = 0));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("10", HttpStatusCode.TooManyRequests));

        await FailTogetherAsync(app, 2);

        Assert.Equal(TimeSpan.FromSeconds(60), (await FailAsync(app, app.AddCompany("Late AS"))).RetryAfter);
    }

    [Fact]
    public async Task Refusals_of_requests_that_were_under_way_together_are_one_refusal()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.ClientSecret = "wrong");

        await FailTogetherAsync(app, 6);

        Assert.InRange((await FailAsync(app, app.AddCompany("Late AS"))).RetryAfter!.Value, TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Late_answer_of_the_server_before_does_not_hold_back_requests_to_the_new_one()
    {
        ManualTime time = new();
        await using FakeVisma before = await FakeVisma.StartAsync(time, TestApp.Cancellation);
        await using FakeVisma after = await FakeVisma.StartAsync(time, TestApp.Cancellation);
        (FakeVisma Visma, FakeClient Client) current = (before, before.AddClient("isv_acme_service", TestApp.ReadScope));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(time).AddLogging().AddVismaConnect(configuration);
        services.Configure<VismaConnectOptions>(options =>
        {
            options.Clients["erp"] = current.Client.ToOptions();
            current.Visma.Configure(options);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        ITokenSource tokens = provider.GetRequiredService<ITokenSource>();
        before.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        using FakePause request = before.TokenEndpoint.PauseNext();
        Task<AccessToken> call = tokens.GetTokenAsync(TokenKey.ForTenant("erp", "a1b2"), TestApp.Cancellation).AsTask().Soon();
        await request.Reached.Soon();

        current = (after, after.AddClient("isv_acme_service", TestApp.ReadScope));
        configuration.Reload();
        request.Release();
        await Assert.ThrowsAsync<VismaConnectException>(() => call);

        TokenKey key = TokenKey.ForTenant("erp", after.AddCompany("Acme AS").Grant(current.Client).TenantId);
        Assert.NotEmpty((await tokens.GetTokenAsync(key, TestApp.Cancellation).AsTask().Soon()).Value);
    }

    // The answers come one after another, and all requests have arrived before the first answer.
    private static async Task FailTogetherAsync(TestApp app, int count)
    {
        List<(FakePause Arrived, Task<AccessToken> Call)> requests = [];
        foreach (FakeCompany company in Companies(app, count))
        {
            FakePause arrived = app.TokenEndpoint.PauseNext();
            requests.Add((arrived, app.GetTokenAsync(company).AsTask()));
            await arrived.Reached.Soon();
        }

        foreach ((FakePause arrived, Task<AccessToken> call) in requests)
        {
            arrived.Release();
            await Assert.ThrowsAsync<VismaConnectException>(() => call);
        }
    }

    private static FakeCompany[] Companies(TestApp app, int count) => [.. Enumerable.Range(0, count).Select(number => app.AddCompany($"Company {number}"))];

    private static Task<VismaConnectException> FailAsync(TestApp app, FakeCompany company) =>
        Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company).AsTask());

    // Two connections, whose tokens have expired. The reply to the renewal of the first one is lost, and the server asks for a pause of 300 seconds.
    private static async Task<(AppProcess Process, VismaConnectException Failure)> LoseReplyInPauseAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        await app.ConnectAsync(process, "other", app.Visma.AddUser("Ola Nordmann", app.Company));
        app.Expire();
        app.TokenEndpoint.LoseNextReply(FakeReply.Busy("300"));
        return (process, await Assert.ThrowsAsync<VismaConnectException>(() => process.GetTokenAsync()));
    }
}
