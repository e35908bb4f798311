using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Connections;

/// <summary>Work that one of all processes over a token cache does, once.</summary>
public class SharedClaimTests
{
    private const string Scope = "webhooks";
    private const string Id = "notification-1:5ca1ab1e";

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    [Fact]
    public async Task Of_several_processes_one_begins_and_the_others_see_that_it_is_busy_and_then_done()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims[] processes = [.. Enumerable.Range(0, 8).Select(_ => ClaimsOf(app.StartProcess()))];

        SharedClaim[] answers = await Task.WhenAll(processes.Select(process => Task.Run(() => BeginAsync(process))));

        SharedClaim begun = Assert.Single(answers, answer => answer.State == SharedClaimState.Begun);
        Assert.All(answers.Except([begun]), answer => Assert.Equal((SharedClaimState.Busy, Lease), (answer.State, answer.RetryAfter)));
        Assert.True(await processes[Array.IndexOf(answers, begun)].EndAsync(begun));
        Assert.All(
            await Task.WhenAll(processes.Select(BeginAsync)),
            answer => Assert.Equal((SharedClaimState.Done, TimeSpan.Zero), (answer.State, answer.RetryAfter)));
    }

    [Fact]
    public async Task Of_two_callers_in_one_process_one_begins()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());

        Assert.Equal([SharedClaimState.Begun, SharedClaimState.Busy], [(await BeginAsync(claims)).State, (await BeginAsync(claims)).State]);
    }

    [Fact]
    public async Task Released_work_can_begin_again_at_once()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims first = ClaimsOf(app.StartProcess());
        SharedClaims second = ClaimsOf(app.StartProcess());

        Assert.True(await first.ReleaseAsync(await BeginAsync(first)));

        Assert.Equal(SharedClaimState.Begun, (await BeginAsync(second)).State);
    }

    // A process that was killed during the work.
    [Fact]
    public async Task Work_that_was_not_ended_within_its_lease_is_taken_over_and_its_first_owner_changes_nothing_any_more()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims first = ClaimsOf(app.StartProcess());
        SharedClaims second = ClaimsOf(app.StartProcess());
        SharedClaim late = await BeginAsync(first);
        app.Time.Advance(Lease - TimeSpan.FromSeconds(1));
        SharedClaim early = await BeginAsync(second);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        SharedClaim taken = await BeginAsync(second);

        Assert.Equal((SharedClaimState.Busy, TimeSpan.FromSeconds(1)), (early.State, early.RetryAfter));
        Assert.Equal(SharedClaimState.Begun, taken.State);
        Assert.False(await first.EndAsync(late));
        Assert.False(await first.ReleaseAsync(late));
        Assert.Equal(SharedClaimState.Busy, (await BeginAsync(first)).State);
        Assert.True(await second.EndAsync(taken));
    }

    [Fact]
    public async Task Work_that_is_done_begins_again_after_the_lifetime_and_not_before()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        await claims.EndAsync(await BeginAsync(claims));
        app.Time.Advance(Lifetime - TimeSpan.FromSeconds(1));
        SharedClaimState before = (await BeginAsync(claims)).State;
        app.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([SharedClaimState.Done, SharedClaimState.Begun], [before, (await BeginAsync(claims)).State]);
    }

    [Fact]
    public async Task Scope_and_id_are_both_part_of_a_claim_and_the_scope_has_no_case()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        await BeginAsync(claims);

        Assert.Equal(SharedClaimState.Begun, (await claims.TryBeginAsync(Scope, Id + "1", Lease, Lifetime, TestApp.Cancellation)).State);
        Assert.Equal(SharedClaimState.Begun, (await claims.TryBeginAsync("links", Id, Lease, Lifetime, TestApp.Cancellation)).State);
        Assert.Equal(SharedClaimState.Busy, (await claims.TryBeginAsync("WebHooks", Id, Lease, Lifetime, TestApp.Cancellation)).State);
    }

    // The name of a client is the scope of its consents.
    [Fact]
    public async Task Claim_is_neither_a_consent_nor_a_connection_and_does_not_contain_its_id()
    {
        await using UserApp app = await UserApp.StartAsync();
        AppProcess process = app.StartProcess();
        await ClaimsOf(process).TryBeginAsync("nxt", Id, Lease, Lifetime, TestApp.Cancellation);

        await app.ConnectAsync(process);

        TokenCacheItem[] claims = await StoredAsync(app);
        Assert.Equal(2, claims.Length);
        TokenCacheItem shared = Assert.Single(claims, claim => claim.Key.ToStorageKey().StartsWith("claim/nxt/once.", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Id,
            shared.Key.ToStorageKey() + System.Text.Encoding.UTF8.GetString(TokenEntrySerializer.Unprotected.Serialize(shared.Key, shared.Entry!)),
            StringComparison.Ordinal);
        await foreach (VismaConnection connection in process.Connections.ListAsync(TestApp.Cancellation))
        {
            Assert.Equal("customer-42", connection.Name);
        }
    }

    [Fact]
    public async Task Expired_claims_are_removed_when_another_one_is_stored()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        await claims.TryBeginAsync(Scope, "short", Lease, Lease, TestApp.Cancellation);
        await claims.TryBeginAsync(Scope, "long", Lease, TimeSpan.FromHours(2), TestApp.Cancellation);
        app.Time.Advance(TimeSpan.FromHours(1));

        await claims.TryBeginAsync(Scope, "next", Lease, Lifetime, TestApp.Cancellation);

        await Eventually.TrueAsync(async () => (await StoredAsync(app)).Length == 2, "the removal of the expired claim");
        Assert.All(await StoredAsync(app), claim => Assert.True(claim.Entry!.Tokens.AccessToken.ExpiresAt > app.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Claim_is_found_with_its_time_and_nothing_is_claimed_by_that()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        SharedClaim? before = await claims.FindAsync(Scope, Id, TestApp.Cancellation);
        DateTimeOffset began = app.Time.GetUtcNow();
        SharedClaim begun = await BeginAsync(claims);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        SharedClaim? during = await claims.FindAsync(Scope, Id, TestApp.Cancellation);
        await claims.EndAsync(begun);
        SharedClaim? after = await claims.FindAsync(Scope, Id, TestApp.Cancellation);
        app.Time.Advance(Lifetime);

        Assert.Null(before);
        Assert.Equal((SharedClaimState.Busy, began), (during?.State, during?.Since));
        Assert.Equal((SharedClaimState.Done, began + TimeSpan.FromSeconds(1)), (after?.State, after?.Since));
        Assert.Null(await claims.FindAsync(Scope, Id, TestApp.Cancellation));
    }

    [Fact]
    public async Task Recorded_work_is_done_at_the_time_of_the_last_record_whatever_was_stored()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        SharedClaims other = ClaimsOf(app.StartProcess());
        await BeginAsync(claims);
        await other.RecordAsync(Scope, Id, Lifetime, TestApp.Cancellation);
        app.Time.Advance(TimeSpan.FromHours(1));

        await Task.WhenAll(new[] { claims, other }.Select(process => process.RecordAsync(Scope, Id, Lifetime, TestApp.Cancellation)));

        SharedClaim? found = await claims.FindAsync(Scope, Id, TestApp.Cancellation);
        Assert.Equal((SharedClaimState.Done, app.Time.GetUtcNow()), (found?.State, found?.Since));
        Assert.Equal(SharedClaimState.Done, (await BeginAsync(other)).State);
    }

    [Fact]
    public async Task Cache_that_is_down_is_an_error_and_nothing_has_begun()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        app.Cache.IsDown = true;

        VismaConnectException error = await Assert.ThrowsAsync<VismaConnectException>(() => BeginAsync(claims));

        Assert.True(error.IsTransient);
        app.Cache.IsDown = false;
        SharedClaim begun = await BeginAsync(claims);
        app.Cache.IsDown = true;
        Assert.False(await claims.EndAsync(begun));
    }

    [Fact]
    public async Task Memory_keeps_100_000_claims_and_removes_the_oldest_for_the_next_one()
    {
        ServiceCollection services = new();
        services.AddVismaConnect(_ => { });
        await using ServiceProvider provider = services.BuildServiceProvider();
        SharedClaims claims = provider.GetRequiredService<SharedClaims>();
        await claims.EndAsync(await BeginAsync(claims, "first"));
        SharedClaim released = await BeginAsync(claims, "released");
        await claims.ReleaseAsync(released);
        ITokenCache cache = provider.GetRequiredService<ITokenCache>();
        for (int number = 2; number <= 100_000; number++)
        {
            await FillAsync(cache, number);
        }

        Assert.Equal(SharedClaimState.Done, (await BeginAsync(claims, "first")).State);
        await FillAsync(cache, 100_001);

        Assert.Equal(SharedClaimState.Begun, (await BeginAsync(claims, "first")).State);
        Assert.Equal(100_000, await CountAsync(cache));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    public async Task Lease_is_positive_and_within_the_lifetime(int lease, int lifetime)
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => claims.TryBeginAsync(Scope, Id, TimeSpan.FromSeconds(lease), TimeSpan.FromSeconds(lifetime), TestApp.Cancellation));
    }

    [Fact]
    public async Task Work_that_another_caller_does_can_be_neither_ended_nor_released()
    {
        await using UserApp app = await UserApp.StartAsync();
        SharedClaims claims = ClaimsOf(app.StartProcess());
        await BeginAsync(claims);
        SharedClaim other = await BeginAsync(claims);

        await Assert.ThrowsAsync<ArgumentException>(() => claims.EndAsync(other));
        await Assert.ThrowsAsync<ArgumentException>(() => claims.ReleaseAsync(other));
    }

    private static SharedClaims ClaimsOf(AppProcess process) => process.Services.GetRequiredService<SharedClaims>();

    private static Task<SharedClaim> BeginAsync(SharedClaims claims) => BeginAsync(claims, Id);

    private static Task<SharedClaim> BeginAsync(SharedClaims claims, string id) => claims.TryBeginAsync(Scope, id, Lease, Lifetime, TestApp.Cancellation);

    private static async Task FillAsync(ITokenCache cache, int number)
    {
        TokenEntry entry = new()
        {
            Tokens = new TokenSet { AccessToken = new AccessToken("-", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue) },
            TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
            ClientId = "isv_acme_web",
        };
        Assert.True(await cache.SaveAsync(TokenKey.FromStorageKey(FormattableString.Invariant($"claim/filling/{number}")), entry, ifVersion: null));
    }

    private static async Task<int> CountAsync(ITokenCache cache)
    {
        int count = 0;
        await foreach (TokenCacheItem _ in cache.ListAsync(cancellationToken: TestApp.Cancellation))
        {
            count++;
        }

        return count;
    }

    private static async Task<TokenCacheItem[]> StoredAsync(UserApp app)
    {
        List<TokenCacheItem> items = [];
        await foreach (TokenCacheItem item in app.Cache.ListAsync(cancellationToken: TestApp.Cancellation))
        {
            if (item.Key.ToStorageKey().StartsWith("claim/", StringComparison.Ordinal))
            {
                items.Add(item);
            }
        }

        return [.. items];
    }
}
