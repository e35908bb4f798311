using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

public class RejectedTokenTests
{
    [Fact]
    public async Task Rejected_token_is_renewed()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(1));

        AccessToken renewed = await app.GetTokenAsync(company, rejected: old);

        Assert.NotSame(old, renewed);
        Assert.Same(renewed, await app.GetTokenAsync(company));
    }

    [Fact]
    public async Task Token_younger_than_a_minute_is_not_renewed_for_a_401()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken young = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromSeconds(59));

        Assert.Same(young, await app.GetTokenAsync(company, rejected: young));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Suspended_machine_does_not_take_an_old_token_for_a_young_one()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);

        // The monotonic clock stood still while the wall clock went on.
        app.Time.JumpWallClock(TimeSpan.FromHours(2));

        Assert.NotSame(old, await app.GetTokenAsync(company, rejected: old));
    }

    [Fact]
    public async Task Token_is_renewed_for_a_401_although_the_wall_clock_was_set_back()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.JumpWallClock(TimeSpan.FromMinutes(-10));
        app.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.NotSame(old, await app.GetTokenAsync(company, rejected: old));
    }

    [Fact]
    public async Task Late_rejection_of_an_older_token_does_not_renew_the_newer_one()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        AccessToken renewed = await app.GetTokenAsync(company, rejected: old);
        app.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Same(renewed, await app.GetTokenAsync(company, rejected: old));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Many_rejections_of_one_token_cause_one_renewal()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));

        AccessToken[] renewed = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(_ => Task.Run(() => app.GetTokenAsync(company, rejected: old).AsTask())));

        Assert.Single(renewed.Distinct());
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Rejection_joins_the_renewal_that_is_under_way()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(56));
        using FakePause pause = app.TokenEndpoint.PauseNext();
        await app.GetTokenAsync(company);
        await pause.Reached.Soon();

        Task<AccessToken> renewed = app.GetTokenAsync(company, rejected: old).AsTask();
        Assert.False(renewed.IsCompleted);
        pause.Release();

        Assert.NotSame(old, await renewed);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Failing_renewal_for_a_rejection_leaves_the_token_to_the_others()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(2));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.BadGateway), times: 3);

        await app.Time.FailureAsync(app.GetTokenAsync(company, rejected: old).AsTask());

        Assert.Same(old, await app.GetTokenAsync(company));
    }
}
