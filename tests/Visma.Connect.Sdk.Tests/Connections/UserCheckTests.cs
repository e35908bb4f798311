using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>A refused refresh token says something about the other connections of its user.</summary>
public class UserCheckTests
{
    private const int Companies = 12;

    [Fact]
    public async Task Password_change_is_reported_once_with_all_connections_of_the_user()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);
        app.Visma.RevokeGrants(app.Client, app.User);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        TimeSpan waited = await PassUntilAsync(app, () => notices.Count > 0);

        Reauthorization notice = Assert.Single(notices);
        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(ReauthorizationCause.PasswordChange, notice.LikelyCause);
        Assert.Equal("company-1", notice.Connections[0].Name);
        Assert.Equal(Companies, notice.Connections.Select(connection => connection.Name).Distinct().Count());
        Assert.All(notice.Connections, connection => Assert.Equal(ConnectionState.ReauthorizationRequired, connection.State));
        Assert.Equal(Companies, app.Renewals);
    }

    [Fact]
    public async Task Withdrawn_consent_is_reported_alone_and_the_others_are_renewed_once()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);

        await EndOneAsync(app, process, notices);

        Reauthorization notice = Assert.Single(notices);
        Assert.Equal(ReauthorizationCause.ConsentWithdrawn, notice.LikelyCause);
        Assert.Equal("company-1", Assert.Single(notice.Connections).Name);
        Assert.Equal(Companies, app.Renewals);
        await process.GetTokenAsync("company-2");
        Assert.Equal(Companies, app.Renewals);
    }

    [Fact]
    public async Task Connection_that_ended_long_before_is_not_in_the_notice_again()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);
        await EndOneAsync(app, process, notices);
        app.Expire();
        app.Visma.RevokeGrants(app.Client, app.User);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-2"));
        await PassUntilAsync(app, () => notices.Count > 1);

        Assert.Equal(Companies - 1, notices[1].Connections.Count);
        Assert.DoesNotContain(notices[1].Connections, connection => connection.Name == "company-1");
    }

    [Fact]
    public async Task Replay_detection_is_reported_as_such()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices, options => options.RefreshTokenReplay = RefreshTokenReplay.Always);
        AppProcess process = await ConnectAccountantAsync(app);
        app.TokenEndpoint.LoseNextReply();

        Task<AccessToken> call = process.GetTokenAsync("company-1");
        await process.PassAsync(TimeSpan.FromSeconds(30), after: UserApp.SentOnceMore);
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => call);
        await PassUntilAsync(app, () => notices.Count > 0);

        Reauthorization notice = Assert.Single(notices);
        Assert.Equal((ReauthorizationCause.ReplayDetection, Companies), (notice.LikelyCause, notice.Connections.Count));
    }

    [Fact]
    public async Task Ends_that_callers_find_during_the_check_are_in_the_same_notice()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);
        app.Visma.RevokeGrants(app.Client, app.User);

        for (int company = 1; company <= Companies; company++)
        {
            await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync($"company-{company}"));
        }

        await PassUntilAsync(app, () => notices.Count > 0);

        Assert.Equal(Companies, Assert.Single(notices).Connections.Count);
        Assert.Equal(Companies, app.Renewals);
    }

    [Fact]
    public async Task Connections_of_other_users_are_not_checked()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.Visma.AddUser("Ola Nordmann", app.Company));
        app.Expire();
        app.Visma.RevokeGrants(app.Client, app.User);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        await Eventually.TrueAsync(() => notices.Count > 0);

        Assert.Equal("company-1", Assert.Single(notices[0].Connections).Name);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Connection_without_a_known_user_is_reported_alone_and_at_once()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);
        TokenKey key = TokenKey.ForConnection("nxt", "company-1");
        TokenEntry entry = (await app.Cache.EntryAsync(key))!;
        Assert.True(await app.Cache.SaveAsync(key, entry with { Subject = null, Version = "unknown" }, entry.Version, TestApp.Cancellation));
        app.Visma.RevokeGrants(app.Client, app.User);

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        await Eventually.TrueAsync(() => notices.Count > 0);

        Assert.Single(notices[0].Connections);
        Assert.Equal(1, app.Renewals);
    }

    [Fact]
    public async Task Check_goes_on_although_a_renewal_fails_or_the_cache_cannot_list()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices);
        AppProcess process = await ConnectAccountantAsync(app);
        app.Visma.RevokeGrants(app.Client, app.User);
        app.Cache.FailsToList = true;

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        await Eventually.TrueAsync(() => notices.Count > 0);
        Assert.Equal((1, ReauthorizationCause.Unknown), (notices[0].Connections.Count, notices[0].LikelyCause));
        app.Cache.FailsToList = false;
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_request"));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-2"));
        await PassUntilAsync(app, () => notices.Count > 1);

        Assert.Equal(Companies - 1, notices[1].Connections.Count);
    }

    // A client of the settings got another ClientId. Its stored connections are of the application that it was before.
    [Fact]
    public async Task Connection_that_no_longer_fits_the_settings_does_not_prevent_the_notice()
    {
        List<Reauthorization> notices = [];
        await using UserApp app = await StartAsync(notices, services: services => services.AddVismaConnect(options => options.Clients["renamed"] =
            new VismaClientOptions { ClientId = "isv_acme_new", ClientSecret = "secret", RedirectUri = UserApp.RedirectUri }));
        AppProcess process = app.StartProcess();
        await app.ConnectAsync(process, "company-1", app.User);
        await app.ConnectAsync(process, "company-2", app.User);
        TokenEntry entry = (await app.Cache.EntryAsync(TokenKey.ForConnection("nxt", "company-2")))!;
        TokenKey renamed = TokenKey.ForConnection("renamed", "company-2");
        Assert.True(await app.Cache.SaveAsync(renamed, entry with { Version = "renamed" }, ifVersion: null, TestApp.Cancellation));
        app.Expire();
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));

        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        await PassUntilAsync(app, () => notices.Count > 0);

        Assert.Equal("company-1", Assert.Single(Assert.Single(notices).Connections).Name);
    }

    // The server refuses one connection of the user, and the application is notified.
    private static async Task EndOneAsync(UserApp app, AppProcess process, List<Reauthorization> notices)
    {
        app.TokenEndpoint.AnswerNext(FakeReply.Refusal("invalid_grant"));
        await Assert.ThrowsAsync<ReauthorizationRequiredException>(() => process.GetTokenAsync("company-1"));
        await PassUntilAsync(app, () => notices.Count > 0);
    }

    private static Task<UserApp> StartAsync(
        List<Reauthorization> notices,
        Action<VismaClientOptions>? client = null,
        Action<IServiceCollection>? services = null) => UserApp.StartAsync(
        client: client,
        services: collection =>
        {
            services?.Invoke(collection);
            collection.AddVismaConnect(_ => { }).OnReauthorizationRequired((reauthorization, _, _) =>
            {
                notices.Add(reauthorization);
                return Task.CompletedTask;
            });
        });

    private static async Task<AppProcess> ConnectAccountantAsync(UserApp app)
    {
        AppProcess process = app.StartProcess();
        for (int company = 1; company <= Companies; company++)
        {
            await app.ConnectAsync(process, $"company-{company}", app.User);
        }

        app.Expire();
        return process;
    }

    // Passes the pauses between the checks.
    private static async Task<TimeSpan> PassUntilAsync(UserApp app, Func<bool> condition)
    {
        TimeSpan gone = TimeSpan.Zero;
        while (true)
        {
            await Eventually.TrueAsync(() => condition() || app.Time.PendingTimers is [{ TotalSeconds: 1 }], "a pause of the check, or the notice");
            if (condition())
            {
                return gone;
            }

            app.Time.Advance(TimeSpan.FromSeconds(1));
            gone += TimeSpan.FromSeconds(1);
        }
    }
}
