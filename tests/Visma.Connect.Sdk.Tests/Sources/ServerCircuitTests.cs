using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>The circuit breaker of a token endpoint, for service tokens.</summary>
public class ServerCircuitTests
{
    private static readonly FakeReply Down = FakeReply.Status(HttpStatusCode.BadGateway, "<html>", "text/html");

    [Fact]
    public async Task Server_that_fails_for_every_tenant_is_left_alone_and_then_tried_once()
    {
        await using TestApp app = await StartAsync();
        using SignalCapture signals = new(app.Services);
        FakeCompany[] companies = Companies(app, 60);
        app.TokenEndpoint.Script = _ => Down;

        VismaConnectException[] errors = await FailAllAsync(app, companies);

        Assert.Equal(20, app.TokenEndpoint.Requests.Count);
        Assert.All(errors, error => Assert.Equal((HttpStatusCode.BadGateway, true), (error.StatusCode!.Value, error.IsTransient)));
        Assert.All(errors.Skip(20), error => Assert.Equal(TimeSpan.FromSeconds(10), error.RetryAfter));
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 33 ", StringComparison.Ordinal));

        app.Time.Advance(TimeSpan.FromSeconds(10));
        using FakePause trial = app.TokenEndpoint.PauseNext();
        Task<AccessToken> trying = app.GetTokenAsync(companies[30]).AsTask();
        await trial.Reached.Soon();
        Assert.Equal(TimeSpan.FromSeconds(1), (await FailAsync(app, companies[31])).RetryAfter);
        app.TokenEndpoint.Script = null;
        trial.Release();
        await trying;
        app.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (FakeCompany company in companies[30..])
        {
            await app.GetTokenAsync(company);
        }

        Assert.Equal(21 + 29, app.TokenEndpoint.Requests.Count);
        Assert.Equal(["open", "closed"], signals.Of("visma.connect.circuit.changes").Select(change => change.Tags["visma.circuit.state"]));
        Assert.Contains(app.Log.Lines, line => line.StartsWith("Information Visma.Connect.Sdk 34 ", StringComparison.Ordinal));
    }

    // The failures of the last ten requests find the circuit open.
    [Fact]
    public async Task Requests_that_were_under_way_when_the_circuit_opened_leave_no_unobserved_exception()
    {
        await using TestApp app = await StartAsync();
        FakeCompany[] companies = Companies(app, 30);
        app.TokenEndpoint.Script = _ => Down;
        FakePause[] pauses = [.. companies.Select(_ => app.TokenEndpoint.PauseNext())];
        Task<VismaConnectException>[] failing = [.. companies.Select(company => FailAsync(app, company))];
        await Task.WhenAll(pauses.Select(pause => pause.Reached)).Soon();
        List<string> unobserved = [];
        void Note(object? sender, UnobservedTaskExceptionEventArgs found)
        {
            lock (unobserved)
            {
                unobserved.AddRange(found.Exception.InnerExceptions.Select(inner => inner.Message));
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            Array.ForEach(pauses, pause => pause.Release());
            await Task.WhenAll(failing).Soon();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
            Array.ForEach(pauses, pause => pause.Dispose());
        }

        // Other tests may leave exceptions of their own.
        Assert.DoesNotContain(unobserved, message => companies.Any(company => message.Contains(company.TenantId, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Open_circuit_can_be_seen()
    {
        await using TestApp app = await StartAsync();
        VismaIdentityServers servers = app.Services.GetRequiredService<VismaIdentityServers>();
        VismaIdentityServer before = Assert.Single(servers.List());
        app.TokenEndpoint.Script = _ => Down;

        await FailAllAsync(app, Companies(app, 20));

        VismaIdentityServer after = Assert.Single(servers.List());
        Assert.Equal((false, true), (before.IsHeldBack, after.IsHeldBack));
        Assert.Equal((app.Visma.VismaConnect.TokenEndpoint, 1), (after.Authority.TokenEndpoint, after.Clients.Count));
    }

    [Fact]
    public async Task Trial_that_fails_opens_the_circuit_again()
    {
        await using TestApp app = await StartAsync();
        FakeCompany[] companies = Companies(app, 30);
        app.TokenEndpoint.Script = _ => Down;
        await FailAllAsync(app, companies[..20]);
        app.Time.Advance(TimeSpan.FromSeconds(10));

        await FailAllAsync(app, companies[20..]);

        Assert.Equal(21, app.TokenEndpoint.Requests.Count);
        Assert.Equal(TimeSpan.FromSeconds(10), (await FailAsync(app, companies[25])).RetryAfter);
    }

    [Fact]
    public async Task Request_that_a_pause_of_its_client_holds_back_is_no_failed_trial()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options =>
        {
            options.TokenRequests.Retries = 0;
            options.Clients["other"] = new VismaClientOptions { ClientId = "isv_acme_other", ClientSecret = "s", TenantUse = TenantUse.None };
        }));
        FakeCompany[] companies = Companies(app, 21);
        app.TokenEndpoint.AnswerNext(Down, times: 19);
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));
        await FailAllAsync(app, companies[..20]);
        app.Time.Advance(TimeSpan.FromSeconds(10));

        VismaConnectException held = await FailAsync(app, companies[20]);
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"access_token":"t0ken","token_type":"Bearer"}"""));
        AccessToken token = await app.Tokens.GetTokenAsync(TokenKey.ForClient("other"), TestApp.Cancellation);

        Assert.Equal((TimeSpan.FromSeconds(50), "t0ken"), (held.RetryAfter!.Value, token.Value));
        Assert.Equal(21, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Requests_that_a_pause_of_their_client_holds_back_do_not_open_the_circuit()
    {
        await using TestApp app = await StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60"));

        await FailAllAsync(app, Companies(app, 60));

        Assert.Single(app.TokenEndpoint.Requests);
        Assert.DoesNotContain(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 33 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trial_that_is_not_made_does_not_close_the_circuit()
    {
        bool fails = false;
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options => options.TokenRequests.Retries = 0)
            .UseTokenRequestPolicy(_ => fails ? throw new InvalidOperationException("There is no policy.") : null));
        FakeCompany[] companies = Companies(app, 22);
        app.TokenEndpoint.Script = _ => Down;
        await FailAllAsync(app, companies[..20]);
        app.Time.Advance(TimeSpan.FromSeconds(10));

        fails = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.GetTokenAsync(companies[20]).AsTask());
        fails = false;
        VismaConnectException held = await FailAsync(app, companies[21]);

        Assert.Equal((20, TimeSpan.FromSeconds(10)), (app.TokenEndpoint.Requests.Count, held.RetryAfter!.Value));
    }

    [Fact]
    public async Task Gateway_that_answers_with_its_own_page_for_every_tenant_counts_as_a_server_that_fails()
    {
        await using TestApp app = await StartAsync();
        app.TokenEndpoint.Script = _ => FakeReply.Status(HttpStatusCode.OK, "<html>Maintenance</html>", "text/html");

        await FailAllAsync(app, Companies(app, 60));

        Assert.Equal(20, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task One_dead_tenant_delays_no_other_tenant()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.AddVismaConnect(options => options.MaxConcurrentTokenRequests = 1));
        FakeCompany dead = app.AddCompany("Dead AS");
        FakeCompany[] others = Companies(app, 120);
        app.TokenEndpoint.Script = request => request.Form["tenant_id"] == dead.TenantId ? FakeReply.Busy("0") : null;
        Task<AccessToken>? dying = null;

        foreach (FakeCompany other in others)
        {
            dying = dying is { IsCompleted: false } ? dying : app.GetTokenAsync(dead).AsTask();
            DateTimeOffset before = app.Time.GetUtcNow();
            Assert.NotEmpty((await app.GetTokenAsync(other)).Value);
            Assert.Equal(before, app.Time.GetUtcNow());
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await app.Time.UntilEndAsync(dying!);
        await Assert.ThrowsAsync<VismaConnectException>(() => dying!);
        Assert.Equal(others.Length, app.TokenEndpoint.Requests.Count(request => request.Form["tenant_id"] != dead.TenantId));
        Assert.DoesNotContain(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 33 ", StringComparison.Ordinal));
    }

    // The worst case: nobody else requests a token, and the dead tenant is asked for as often as its pauses allow.
    [Theory]
    [InlineData(20, 30)]
    [InlineData(10, 60)]
    public async Task One_dead_tenant_alone_does_not_open_the_circuit(int minimum, int sampling)
    {
        await using TestApp app = await StartAsync(options =>
        {
            options.CircuitMinimumRequests = minimum;
            options.CircuitSampling = TimeSpan.FromSeconds(sampling);
        });
        FakeCompany dead = app.AddCompany("Dead AS");
        app.TokenEndpoint.Script = request => request.Form["tenant_id"] == dead.TenantId ? Down : null;

        for (int step = 0; step < 1200; step++)
        {
            await FailAsync(app, dead);
            app.Time.Advance(TimeSpan.FromSeconds(0.25));
        }

        Assert.DoesNotContain(app.Log.Lines, line => line.StartsWith("Warning Visma.Connect.Sdk 33 ", StringComparison.Ordinal));
        Assert.NotEmpty((await app.GetTokenAsync(app.AddCompany())).Value);
    }

    [Theory]
    [InlineData("invalid_tenant")]
    [InlineData("invalid_scope")]
    public async Task Refusals_do_not_open_the_circuit(string refusal)
    {
        await using TestApp app = await StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal(refusal), times: 60);

        await FailAllAsync(app, Companies(app, 60));

        Assert.Equal(60, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Server_that_is_busy_does_not_open_the_circuit()
    {
        await using TestApp app = await StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.TooManyRequests), times: 60);

        await FailAllAsync(app, Companies(app, 60));

        Assert.Equal(60, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Circuit_that_is_open_does_not_keep_a_user_from_connecting_or_being_renewed()
    {
        await using UserApp app = await UserApp.StartAsync(services: services => services.AddVismaConnect(options =>
        {
            options.Clients["erp"] = new VismaClientOptions { ClientId = "isv_acme_service", ClientSecret = "s" };
            options.TokenRequests.Retries = 0;
        }));
        AppProcess process = app.StartProcess();
        app.TokenEndpoint.AnswerNext(Down, times: 20);
        for (int number = 0; number < 25; number++)
        {
            await Assert.ThrowsAsync<VismaConnectException>(() => process.Services.GetRequiredService<ITokenSource>()
                .GetTokenAsync(TokenKey.ForTenant("erp", $"tenant {number}"), TestApp.Cancellation).AsTask().Soon());
        }

        Assert.Equal(20, app.TokenEndpoint.Requests.Count);
        await app.ConnectAsync(process);
        app.Expire();
        await process.GetTokenAsync();

        Assert.Equal(22, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Circuit_breaker_can_be_switched_off()
    {
        await using TestApp app = await StartAsync(options => options.Enabled = false);
        app.TokenEndpoint.Script = _ => Down;

        await FailAllAsync(app, Companies(app, 60));

        Assert.Equal(60, app.TokenEndpoint.Requests.Count);
    }

    private static Task<TestApp> StartAsync(Action<TokenRequestOptions>? change = null) => TestApp.StartAsync(
        services: services => services.AddVismaConnect(options =>
        {
            options.TokenRequests.Retries = 0;
            change?.Invoke(options.TokenRequests);
        }));

    private static FakeCompany[] Companies(TestApp app, int count) => [.. Enumerable.Range(0, count).Select(number => app.AddCompany($"Company {number}"))];

    private static async Task<VismaConnectException[]> FailAllAsync(TestApp app, IEnumerable<FakeCompany> companies)
    {
        List<VismaConnectException> errors = [];
        foreach (FakeCompany company in companies)
        {
            errors.Add(await FailAsync(app, company));
        }

        return [.. errors];
    }

    private static Task<VismaConnectException> FailAsync(TestApp app, FakeCompany company) =>
        Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company).AsTask());
}
