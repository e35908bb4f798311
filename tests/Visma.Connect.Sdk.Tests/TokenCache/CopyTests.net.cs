using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Tests.TokenCache;

public class CopyTests
{
    private const string First = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";
    private const string Second = "c2Vjb25kIGtleSwgZm9yIHRlc3RzIG9ubHksIDMyYi4=";

    private readonly ConcurrentDictionary<string, KeyValueTokenCache.Row> _from = new();
    private readonly ConcurrentDictionary<string, KeyValueTokenCache.Row> _to = new();

    private KeyValueTokenCache From => Cache(_from, First);

    private KeyValueTokenCache To => Cache(_to, Second);

    [Fact]
    public async Task Everything_is_there_afterwards_under_the_other_key()
    {
        TokenEntry[] entries = [.. Enumerable.Range(0, 20).Select(number => Consent($"grant{number}"))];
        foreach ((int number, TokenEntry entry) in entries.Index())
        {
            await SaveAsync(From, Connection(number), entry);
        }

        await SaveAsync(From, TokenKey.ForTenant("erp", "a1b2"), Consent("service") with { GrantId = null });

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal((21, 0, 0), (report.Written, report.LeftAlone, report.Unreadable.Count));
        foreach ((int number, TokenEntry entry) in entries.Index())
        {
            TokenEntry? copied = await To.GetAsync(Connection(number), TestApp.Cancellation);
            Assert.Equal((entry.GrantId, entry.Tokens.RefreshToken), (copied!.GrantId, copied.Tokens.RefreshToken));
            Assert.NotEqual(entry.Version, copied.Version);
        }
    }

    [Fact]
    public async Task Copy_that_was_broken_off_goes_on_where_it_was()
    {
        for (int number = 0; number < 20; number++)
        {
            await SaveAsync(From, Connection(number), Consent($"grant{number}"));
        }

        using CancellationTokenSource stop = new();
        Told told = new(report =>
        {
            if (report.Written == 7)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => From.CopyToAsync(To, progress: told, cancellationToken: stop.Token));
        Assert.Equal(7, _to.Count);

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal((13, 7), (report.Written, report.LeftAlone));
        Assert.Equal(Enumerable.Range(1, 7), told.Written);
    }

    [Fact]
    public async Task Second_run_brings_over_what_was_renewed_since()
    {
        TokenEntry entry = Consent("grant");
        await SaveAsync(From, Connection(1), entry);
        await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);
        TokenEntry renewed = entry with { Version = "renewed", Attempt = 1, LastAttempt = 1, Tokens = Tokens("next") };
        Assert.True(await From.SaveAsync(Connection(1), renewed, entry.Version, TestApp.Cancellation));

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal(1, report.Written);
        Assert.Equal("next", (await To.GetAsync(Connection(1), TestApp.Cancellation))!.Tokens.RefreshToken);
    }

    // The other cache is already in use. A spent refresh token must not replace a newer one.
    [Fact]
    public async Task What_was_renewed_in_the_other_cache_stays()
    {
        TokenEntry entry = Consent("grant");
        await SaveAsync(From, Connection(1), entry);
        await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);
        TokenEntry renewed = entry with { Version = "renewed", Attempt = 1, LastAttempt = 1, Tokens = Tokens("next") };
        Assert.True(await To.SaveAsync(Connection(1), renewed, _to.Values.Single().Version, TestApp.Cancellation));

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal((0, 1), (report.Written, report.LeftAlone));
        Assert.Equal("next", (await To.GetAsync(Connection(1), TestApp.Cancellation))!.Tokens.RefreshToken);
    }

    [Theory]
    [InlineData(-1, "grant of there")]
    [InlineData(1, "grant of here")]
    public async Task Of_two_consents_the_later_one_counts(int laterHere, string expected)
    {
        TokenEntry there = Consent("grant of there");
        await SaveAsync(To, Connection(1), there);
        await SaveAsync(From, Connection(1), Consent("grant of here") with { ConnectedAt = there.ConnectedAt + TimeSpan.FromHours(laterHere) });

        await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal(expected, (await To.GetAsync(Connection(1), TestApp.Cancellation))!.GrantId);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_and_does_not_hold_up_the_rest()
    {
        await SaveAsync(Cache(_from, Second), Connection(1), Consent("grant1"));
        await SaveAsync(From, Connection(2), Consent("grant2"));

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal(1, report.Written);
        Assert.Equal(Connection(1), Assert.Single(report.Unreadable).Key);
        Assert.Equal([Connection(2).ToStorageKey()], _to.Keys);
    }

    // In the other cache too, only the key is missing.
    [Fact]
    public async Task What_cannot_be_read_in_the_other_cache_is_not_overwritten()
    {
        await SaveAsync(Cache(_to, First), Connection(1), Consent("grant1"));
        byte[] stored = _to.Values.Single().Record;
        await SaveAsync(From, Connection(1), Consent("grant2"));

        await SaveAsync(From, Connection(2), Consent("grant3"));

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal((1, Connection(1)), (report.Written, Assert.Single(report.Unreadable).Key));
        Assert.Same(stored, _to[Connection(1).ToStorageKey()].Record);
    }

    // The customer disconnected between two runs, and must not be connected again by the copy.
    [Fact]
    public async Task What_was_removed_since_is_told()
    {
        TokenEntry left = Consent("grant1");
        await SaveAsync(From, Connection(1), left);
        await SaveAsync(From, Connection(2), Consent("grant2"));
        Assert.Empty((await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation)).OnlyThere);
        await From.RemoveAsync(Connection(1), left.Version, TestApp.Cancellation);

        TokenCopyReport report = await From.CopyToAsync(To, cancellationToken: TestApp.Cancellation);

        Assert.Equal([Connection(1)], report.OnlyThere);
    }

    [Fact]
    public async Task Filter_says_what_is_copied()
    {
        await SaveAsync(From, Connection(1), Consent("grant1"));
        await SaveAsync(From, TokenKey.ForConnection("other", "customer-1"), Consent("grant2"));

        await From.CopyToAsync(To, new TokenFilter { Client = "NXT" }, cancellationToken: TestApp.Cancellation);

        Assert.Equal([Connection(1).ToStorageKey()], _to.Keys);
    }

    private static TokenKey Connection(int number) => TokenKey.ForConnection("nxt", $"customer-{number}");

    private static async Task SaveAsync(KeyValueTokenCache cache, TokenKey key, TokenEntry entry) => Assert.True(await cache.SaveAsync(key, entry, null, TestApp.Cancellation));

    private static KeyValueTokenCache Cache(ConcurrentDictionary<string, KeyValueTokenCache.Row> rows, string key) =>
        new(rows, new TokenEntrySerializer(new AesGcmTokenProtector(new TokenProtectionOptions { Keys = { [key[..4]] = key } })));

    private static TokenEntry Consent(string grant) => new()
    {
        Tokens = Tokens("first"),
        TokenEndpoint = new Uri("https://connect.visma.com/connect/token"),
        ClientId = "isv_acme",
        GrantId = grant,
        ConnectedAt = DateTimeOffset.UnixEpoch,
    };

    private static TokenSet Tokens(string refreshToken) =>
        new() { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), RefreshToken = refreshToken };

    /// <summary>Receives progress synchronously, not later on another thread as <see cref="Progress{T}"/> does.</summary>
    private sealed class Told(Action<TokenCopyReport> then) : IProgress<TokenCopyReport>
    {
        public List<int> Written { get; } = [];

        public void Report(TokenCopyReport value)
        {
            Written.Add(value.Written);
            then(value);
        }
    }
}
