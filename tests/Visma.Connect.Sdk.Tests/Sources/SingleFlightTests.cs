using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

public class SingleFlightTests
{
    [Fact]
    public async Task A_thousand_callers_without_a_token_cause_one_request()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken>[] callers = [.. Enumerable.Range(0, 1000).Select(_ => Task.Run(() => app.GetTokenAsync(company).AsTask()))];
        await pause.Reached.Soon();

        pause.Release();
        AccessToken[] tokens = await Task.WhenAll(callers);

        Assert.Single(tokens.Distinct());
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task A_thousand_callers_with_an_expired_token_cause_one_request()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromHours(2));

        AccessToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => app.GetTokenAsync(company).AsTask())));

        Assert.Single(tokens.Distinct());
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Late_caller_with_the_old_token_takes_the_renewed_one()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        AccessToken renewed = await app.GetTokenAsync(company, rejected: old);

        AccessToken late = await app.GetTokenAsync(company, rejected: old);

        Assert.Same(renewed, late);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Cancelling_the_first_caller_cancels_nobody_else()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        using CancellationTokenSource impatience = new();
        Task<AccessToken> first = app.Tokens.GetTokenAsync(TestApp.KeyOf(company), impatience.Token).Soon();
        await pause.Reached.Soon();
        Task<AccessToken> second = app.GetTokenAsync(company).AsTask();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        pause.Release();
        AccessToken token = await second;

        Assert.Same(token, await app.GetTokenAsync(company));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelling_one_waiter_does_not_cancel_the_others()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> first = app.GetTokenAsync(company).AsTask();
        await pause.Reached.Soon();
        using CancellationTokenSource impatience = new();
        Task<AccessToken> second = app.Tokens.GetTokenAsync(TestApp.KeyOf(company), impatience.Token).Soon();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        pause.Release();

        Assert.NotNull(await first);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task When_every_caller_has_gone_the_token_still_arrives_for_the_next()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        using CancellationTokenSource impatience = new();
        Task<AccessToken> only = app.Tokens.GetTokenAsync(TestApp.KeyOf(company), impatience.Token).Soon();
        await pause.Reached.Soon();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);

        pause.Release();
        await app.GetTokenAsync(company);

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Cancelled_caller_causes_no_request()
    {
        await using TestApp app = await TestApp.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await app.Tokens.GetTokenAsync(TestApp.KeyOf(app.AddCompany()), new CancellationToken(canceled: true)).Soon());

        Assert.Empty(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Shared_request_ends_by_its_own_time_out_for_all_callers()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.TokenRequestTimeout = TimeSpan.FromSeconds(10));
        FakeCompany company = app.AddCompany();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken>[] callers = [app.GetTokenAsync(company).AsTask(), app.GetTokenAsync(company).AsTask()];
        await pause.Reached.Soon();

        await app.Time.PassAsync(TimeSpan.FromSeconds(10));

        foreach (Task<AccessToken> caller in callers)
        {
            Assert.Contains("within 10 s", (await Assert.ThrowsAsync<VismaConnectException>(() => caller)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Callers_of_different_keys_do_not_wait_for_each_other()
    {
        await using TestApp app = await TestApp.StartAsync();
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken> slow = app.GetTokenAsync(app.AddCompany()).AsTask();
        await pause.Reached.Soon();

        AccessToken quick = await app.GetTokenAsync(app.AddCompany());

        Assert.False(slow.IsCompleted);
        pause.Release();
        Assert.NotEqual(quick, await slow);
    }

    [Fact]
    public async Task Failure_is_told_to_every_caller_and_the_next_one_asks_again()
    {
        await using TestApp app = await TestApp.StartAsync(services: services => services.Configure<VismaConnectOptions>(options => options.TokenRequests.Enabled = false));
        FakeCompany company = app.AddCompany();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.InternalServerError));
        using FakePause pause = app.TokenEndpoint.PauseNext();
        Task<AccessToken>[] callers = [app.GetTokenAsync(company).AsTask(), app.GetTokenAsync(company).AsTask()];
        await pause.Reached.Soon();
        pause.Release();

        await Assert.ThrowsAsync<VismaConnectException>(() => callers[0]);
        await Assert.ThrowsAsync<VismaConnectException>(() => callers[1]);
        await app.GetTokenAsync(company);

        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }
}
