using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Sources;

public class RenewalTests
{
    [Fact]
    public async Task Token_is_served_from_memory_while_it_is_fresh()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        app.Time.Advance(TimeSpan.FromMinutes(54));
        ValueTask<AccessToken> second = app.GetTokenAsync(company);

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Same(first, await second);
        Assert.Single(app.TokenEndpoint.Requests);
    }

    [Fact]
    public async Task Token_is_renewed_ahead_of_expiry_while_the_old_one_is_still_served()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(56));
        using FakePause pause = app.TokenEndpoint.PauseNext();

        AccessToken whileRenewing = await app.GetTokenAsync(company);
        await pause.Reached.Soon();
        ValueTask<AccessToken> again = app.GetTokenAsync(company);

        Assert.Same(old, whileRenewing);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(old, await again);
        pause.Release();
        AccessToken renewed = await NewTokenAsync(app, company, old);
        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromHours(1), renewed.ExpiresAt);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Margin_of_the_client_says_how_far_ahead()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.RenewBeforeExpiry = TimeSpan.FromMinutes(10));
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);

        app.Time.Advance(TimeSpan.FromMinutes(49.9));
        await app.GetTokenAsync(company);
        Assert.Single(app.TokenEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromMinutes(2.2));
        await app.GetTokenAsync(company);

        await NewTokenAsync(app, company, old);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Fact]
    public async Task Zero_margin_renews_only_after_expiry()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.RenewBeforeExpiry = TimeSpan.Zero);
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);

        app.Time.Advance(TimeSpan.FromMinutes(59.8));
        Assert.Same(old, await app.GetTokenAsync(company));
        app.Time.Advance(TimeSpan.FromMinutes(0.2));
        AccessToken renewed = await app.GetTokenAsync(company);

        Assert.NotSame(old, renewed);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    // A request needs time to arrive at the API.
    [Fact]
    public async Task Token_is_not_served_in_the_last_five_seconds_of_its_life()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.RenewBeforeExpiry = TimeSpan.Zero);
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);

        app.Time.Advance(old.ExpiresAt - app.Time.GetUtcNow() - TimeSpan.FromSeconds(5.1));
        Assert.Same(old, await app.GetTokenAsync(company));
        app.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.NotSame(old, await app.GetTokenAsync(company));
    }

    [Fact]
    public async Task Tokens_obtained_together_are_not_renewed_together()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany[] companies = [.. Enumerable.Range(0, 40).Select(number => app.AddCompany($"Company {number}"))];
        foreach (FakeCompany company in companies)
        {
            await app.GetTokenAsync(company);
        }

        // Each token is due at a random moment in the first minute of its margin. Half a minute of it has passed here.
        app.Time.Advance(TimeSpan.FromSeconds((55 * 60) + 30));
        foreach (FakeCompany company in companies)
        {
            await app.GetTokenAsync(company);
        }

        await Eventually.TrueAsync(() => app.TokenEndpoint.Requests.Count > companies.Length);
        // Renewals that were begun before these calls have arrived before these calls are answered.
        const int Later = 10;
        for (int number = 0; number < Later; number++)
        {
            await app.GetTokenAsync(app.AddCompany());
        }

        int early = app.TokenEndpoint.Requests.Count - companies.Length - Later;
        Assert.InRange(early, 1, companies.Length - 1);
    }

    [Fact]
    public async Task Failing_renewal_does_not_take_a_valid_token_away()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(56));
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("30"));

        await app.GetTokenAsync(company);
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("ahead of its expiry failed", StringComparison.Ordinal)));

        Assert.Same(old, await app.GetTokenAsync(company));
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await app.GetTokenAsync(company);
        await NewTokenAsync(app, company, old);
    }

    [Fact]
    public async Task Refusal_of_a_renewal_does_not_take_a_valid_token_away_either()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        company.Withdraw(app.Client);
        app.Time.Advance(TimeSpan.FromMinutes(56));

        await app.GetTokenAsync(company);
        await Eventually.TrueAsync(() => app.Log.Lines.Any(line => line.Contains("invalid_tenant", StringComparison.Ordinal)));

        Assert.Same(old, await app.GetTokenAsync(company));
        app.Time.Advance(TimeSpan.FromMinutes(4));
        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company).AsTask());
    }

    [Fact]
    public async Task Renewal_under_load_is_one_request_and_holds_nobody_up()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        AccessToken old = await app.GetTokenAsync(company);
        app.Time.Advance(TimeSpan.FromMinutes(56));
        using FakePause pause = app.TokenEndpoint.PauseNext();

        int held = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            for (int call = 0; call < 50; call++)
            {
                ValueTask<AccessToken> token = app.GetTokenAsync(company);
                Interlocked.Add(ref held, token.IsCompletedSuccessfully ? 0 : 1);
                Assert.Same(old, await token);
            }
        })));
        await pause.Reached.Soon();

        Assert.Equal(0, held);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    // For tokens that are shorter than the margin, the margin is a quarter of the lifetime.
    [Fact]
    public async Task Short_token_is_served_for_most_of_its_life()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.Client.TokenLifetime = TimeSpan.FromSeconds(60);
        FakeCompany company = app.AddCompany();
        AccessToken first = await app.GetTokenAsync(company);

        app.Time.Advance(TimeSpan.FromSeconds(44));

        Assert.Same(first, await app.GetTokenAsync(company));
        Assert.Single(app.TokenEndpoint.Requests);
    }

    // Unusual values of expires_in.
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1")]
    public async Task Token_that_is_born_expired_is_asked_for_once_a_second_at_most(string expiresIn)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.Script = _ => FakeReply.Status(
            HttpStatusCode.OK,
            $$"""{"access_token":"t0ken","token_type":"Bearer","expires_in":{{expiresIn}}}""");
        FakeCompany company = app.AddCompany();

        for (int call = 0; call < 100; call++)
        {
            await app.GetTokenAsync(company);
        }

        Assert.Single(app.TokenEndpoint.Requests);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.GetTokenAsync(company);
        Assert.Equal(2, app.TokenEndpoint.Requests.Count);
    }

    [Theory]
    [InlineData("", 300)]
    [InlineData(""","expires_in":"600" """, 600)]
    [InlineData(""","expires_in":9223372036854775808""", 86400)]
    public async Task Expiry_follows_the_reply_or_the_default_lifetime(string member, int seconds)
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, $$"""{"access_token":"t0ken","token_type":"Bearer"{{member}}}"""));

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds), token.ExpiresAt);
    }

    [Fact]
    public async Task Configured_default_lifetime_counts_where_expires_in_is_missing()
    {
        await using TestApp app = await TestApp.StartAsync(client => client.DefaultTokenLifetime = TimeSpan.FromMinutes(1));
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"access_token":"t0ken","token_type":"Bearer"}"""));

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.Equal(app.Time.GetUtcNow() + TimeSpan.FromMinutes(1), token.ExpiresAt);
    }

    [Fact]
    public async Task Scope_missing_in_the_reply_means_as_requested()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(HttpStatusCode.OK, """{"access_token":"t0ken","token_type":"Bearer","expires_in":60}"""));

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.Equal([TestApp.ReadScope, TestApp.CreateScope], token.Scopes);
    }

    [Fact]
    public async Task Narrower_scope_is_surfaced_and_logged()
    {
        await using TestApp app = await TestApp.StartAsync();
        app.TokenEndpoint.AnswerNext(FakeReply.Status(
            HttpStatusCode.OK,
            $$"""{"access_token":"t0ken","token_type":"Bearer","expires_in":60,"scope":"{{TestApp.ReadScope}}"}"""));

        AccessToken token = await app.GetTokenAsync(app.AddCompany());

        Assert.Equal([TestApp.ReadScope], token.Scopes);
        Assert.Contains(app.Log.Lines, line => line.Contains("Fewer scopes were granted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Busy_server_is_left_alone_for_as_long_as_it_asks()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany company = app.AddCompany();
        app.TokenEndpoint.AnswerNext(FakeReply.Busy("60", HttpStatusCode.TooManyRequests));
        await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company).AsTask());

        app.Time.Advance(TimeSpan.FromSeconds(59));
        VismaConnectException again = await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(company).AsTask());
        Assert.Single(app.TokenEndpoint.Requests);
        Assert.Equal(TimeSpan.FromSeconds(1), again.RetryAfter);
        Assert.True(again.IsTransient);
        Assert.Equal(HttpStatusCode.TooManyRequests, again.StatusCode);

        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await app.GetTokenAsync(company));
    }

    [Fact]
    public async Task Server_that_goes_on_refusing_is_asked_less_and_less()
    {
        await using TestApp app = await TestApp.StartAsync();
        FakeCompany stranger = app.Visma.AddCompany("Stranger AS");

        for (int second = 0; second < 600; second++)
        {
            await Assert.ThrowsAsync<VismaConnectException>(() => app.GetTokenAsync(stranger).AsTask());
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(app.TokenEndpoint.Requests.Count, 20, 40);
        stranger.Grant(app.Client);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(await app.GetTokenAsync(stranger));
    }

    [Fact]
    public async Task Caller_context_does_not_leak_into_the_shared_request()
    {
        AsyncLocal<string?> ambient = new();
        string? seen = "nothing";
        await using TestApp app = await TestApp.StartAsync(services: services => services
            .AddHttpClient("Visma.Connect.Sdk.TokenRequests")
            .ConfigurePrimaryHttpMessageHandler(() =>
            {
                seen = ambient.Value;
                return new SocketsHttpHandler();
            }));
        ambient.Value = "somebody's request";

        await app.GetTokenAsync(app.AddCompany());

        Assert.Null(seen);
    }

    private static async Task<AccessToken> NewTokenAsync(TestApp app, FakeCompany company, AccessToken old)
    {
        AccessToken token = old;
        await Eventually.TrueAsync(
            async () =>
            {
                token = await app.GetTokenAsync(company);
                return !ReferenceEquals(token, old);
            },
            $"a newer token for {company.Name}");
        return token;
    }
}
