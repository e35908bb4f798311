using System.Net;

namespace Visma.Connect.Sdk.Tests.Sources;

/// <summary>
/// Machines that were suspended, whose monotonic clock stood still while the wall clock went on, and wall clocks that are set. From field A4.
/// </summary>
public class SuspendTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Service_token_that_expired_while_the_machine_was_suspended_is_not_served()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);
        app.Time.Advance(10 * Minute);

        app.Time.JumpWallClock(3 * Hour);

        AccessToken second = await app.GetTokenAsync(company);
        Assert.NotSame(first, second);
        Assert.Same(second, await app.GetTokenAsync(company));
        Assert.Equal(app.Time.GetUtcNow() + Hour, second.ExpiresAt);
    }

    [Fact]
    public async Task User_token_that_expired_while_the_machine_was_suspended_is_not_served()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process);
        AccessToken first = await process.GetTokenAsync();
        app.Time.Advance(10 * Minute);

        app.Time.JumpWallClock(3 * Hour);

        AccessToken second = await process.GetTokenAsync();
        Assert.NotEqual(first.Value, second.Value);
        Assert.Same(second, await process.GetTokenAsync());
        Assert.Equal(1, app.Renewals);
    }

    // The body cannot be sent again after a 401.
    [Fact]
    public async Task Body_that_can_be_sent_once_succeeds_after_a_suspend()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);
        app.Time.Advance(10 * Minute);
        app.Time.JumpWallClock(3 * Hour);
        using StreamContent body = new(new OneWayStream("{\"name\":\"Fjord AS\"}"u8.ToArray()));
        body.Headers.Add("Content-Type", "application/json");

        using HttpResponseMessage response = await app.SendAsync(company, HttpMethod.Post, content: body);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Single(app.Visma.NetErpEndpoint.Requests);
    }

    [Fact]
    public async Task Suspend_shorter_than_the_token_causes_no_wait()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        app.Time.JumpWallClock(30 * Minute);
        Assert.Same(first, await app.GetTokenAsync(company));
        // By both clocks together, it is due for renewal, which runs in the background.
        app.Time.Advance(28 * Minute);
        Assert.Same(first, await app.GetTokenAsync(company));

        await Eventually.TrueAsync(async () => !ReferenceEquals(first, await app.GetTokenAsync(company)));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Wall_clock_that_is_set_ahead_causes_one_early_renewal()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        await app.GetTokenAsync(company);

        app.Time.JumpWallClock(3 * Hour);
        AccessToken second = await app.GetTokenAsync(company);
        app.Time.Advance(27 * Minute);
        Assert.Same(second, await app.GetTokenAsync(company));
        app.Time.JumpWallClock(-3 * Hour);
        Assert.Same(second, await app.GetTokenAsync(company));
        app.Time.Advance(27 * Minute);
        Assert.Same(second, await app.GetTokenAsync(company));

        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Wall_clock_that_is_set_ahead_causes_one_early_renewal_of_a_user_token()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(process);
        await process.GetTokenAsync();

        process.Time.JumpWallClock(3 * Hour);
        AccessToken second = await process.GetTokenAsync();
        for (int minute = 0; minute < 50; minute++)
        {
            process.Time.Advance(Minute);
            Assert.Same(second, await process.GetTokenAsync());
        }

        Assert.Equal(1, app.Renewals);
        Assert.Empty(app.Visma.NeedlessReplays);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    public async Task Wall_clock_that_is_set_back_extends_no_life_and_causes_no_renewal(int hours)
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        app.Time.JumpWallClock(TimeSpan.FromHours(-hours));
        app.Time.Advance(54 * Minute);
        Assert.Same(first, await app.GetTokenAsync(company));
        app.Time.Advance(6 * Minute);

        Assert.NotSame(first, await app.GetTokenAsync(company));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    // To the wall clock, the token in the token cache is 30 minutes old.
    [Fact]
    public async Task Wall_clock_that_is_set_back_does_not_bring_an_expired_user_token_back_from_the_cache()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess(RenewalRaceTests.ClockOf(app));
        await app.ConnectAsync(process);
        AccessToken first = await process.GetTokenAsync();
        app.Expire();

        process.Time.Advance(Hour);
        process.Time.JumpWallClock(-30 * Minute);

        Assert.NotEqual(first.Value, (await process.GetTokenAsync()).Value);
        Assert.Equal(1, app.Renewals);
    }

    // A virtual machine whose clock its host corrects again and again.
    [Fact]
    public async Task Wall_clock_that_is_corrected_a_little_all_the_time_shortens_no_life()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        for (int second = 0; second < 50 * 60; second++)
        {
            app.Time.JumpWallClock(TimeSpan.FromMilliseconds(second % 2 == 0 ? 900 : -900));
            app.Time.Advance(Second);
            Assert.Same(first, await app.GetTokenAsync(company));
        }

        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Wall_clock_that_runs_too_fast_counts_as_it_runs()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        for (int second = 0; second < 40 * 60; second++)
        {
            app.Time.JumpWallClock(TimeSpan.FromMilliseconds(500));
            app.Time.Advance(Second);
        }

        Assert.NotSame(first, await app.GetTokenAsync(company));
    }

    // The reply waited in the socket while the machine was suspended.
    [Fact]
    public async Task Token_whose_request_was_interrupted_by_a_suspend_is_not_handed_out_when_it_has_expired()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        using FakePause reply = app.TokenEndpoint.PauseNextReply();
        Task<AccessToken> call = app.GetTokenAsync(company).AsTask();
        await reply.Reached.Soon();
        app.Time.JumpWallClock(3 * Hour);
        reply.Release();

        AccessToken token = await call;

        Assert.Equal(app.Time.GetUtcNow() + Hour, token.ExpiresAt);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        Assert.Same(token, await app.GetTokenAsync(company));
    }

    [Fact]
    public async Task Token_of_a_process_whose_clock_is_ahead_is_not_served_longer_than_it_lives()
    {
        await using UserApp app = await UserApp.StartAsync();
        ManualTime behind = RenewalRaceTests.ClockOf(app);
        behind.JumpWallClock(TimeSpan.FromSeconds(-50));
        AppProcess process = app.StartProcess(behind);
        await app.ConnectAsync(app.StartProcess());
        AccessToken first = await process.GetTokenAsync();

        app.Expire();
        behind.Advance(app.Client.TokenLifetime);

        Assert.NotEqual(first.Value, (await process.GetTokenAsync()).Value);
    }
}
