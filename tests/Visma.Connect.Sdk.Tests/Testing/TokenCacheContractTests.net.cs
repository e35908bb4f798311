using System.Collections;
using System.Reflection;
using Visma.Connect.Sdk.Testing.TokenCache;

namespace Visma.Connect.Sdk.Tests.Testing;

/// <summary>A correct cache passes all checks of the contract, and each check finds at least one fault.</summary>
public class TokenCacheContractTests
{
    public static TheoryData<string> Faults => [.. BrokenCache.All.Select(broken => broken.Fault)];

    public static TheoryData<string> Properties =>
    [
        .. from type in (Type[])[typeof(TokenEntry), typeof(TokenSet), typeof(AccessToken), typeof(RenewalMark)]
           from property in type.GetProperties()
           select $"{type.Name}.{property.Name}",
    ];

    [Fact]
    public async Task Correct_cache_keeps_every_promise()
    {
        BreakableStorage storage = new();

        await TokenCacheContract.VerifyAsync(_ => new(new BreakableCache(storage)), TestApp.Cancellation);

        Assert.NotEmpty(storage.Secrets);
    }

    [Fact]
    public async Task Checks_remove_their_own_entries_and_no_others()
    {
        MemoryTokenCache cache = new();
        TokenKey[] keys = [TokenKey.ForConnection("erp", "customer-42"), TokenKey.ForTenant("erp", "a1b2"), TokenKey.ForClient("nxt")];
        foreach (TokenKey key in keys)
        {
            await cache.SaveAsync(key, Entry(), ifVersion: null, TestApp.Cancellation);
        }

        await TokenCacheContract.VerifyAsync(_ => new(cache), TestApp.Cancellation);

        List<TokenKey> left = [];
        await foreach (TokenCacheItem item in cache.ListAsync(cancellationToken: TestApp.Cancellation))
        {
            left.Add(item.Key);
        }

        Assert.Equal(keys.Select(key => key.ToStorageKey()).Order(StringComparer.Ordinal), left.Select(key => key.ToStorageKey()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_is_reported_without_a_token(string fault)
    {
        BrokenCache broken = BrokenCache.All.Single(one => one.Fault == fault);
        foreach (string beginning in broken.CaughtBy)
        {
            TokenCacheCheck check = CheckOf(beginning);
            BreakableStorage storage = new();

            TokenCacheContractException found = await FindAsync(check, () => broken.Open(storage));

            Assert.Same(check, found.Check);
            Assert.Contains(check.Name, found.Message, StringComparison.Ordinal);
            Assert.Contains(check.Cost, found.Message, StringComparison.Ordinal);
            Assert.Contains(found.Expected!, found.Message, StringComparison.Ordinal);
            Assert.Contains(found.Observed!, found.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(storage.Secrets, secret => found.ToString().Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_check_finds_a_fault() => Assert.Empty(
        TokenCacheContract.Checks.Except(BrokenCache.All.SelectMany(broken => broken.CaughtBy).Select(CheckOf)).Select(check => check.Name));

    [Theory]
    [MemberData(nameof(Properties))]
    public async Task Lost_property_is_named(string property)
    {
        BreakableStorage storage = new();

        TokenCacheContractException found = await FindAsync(
            CheckOf("An entry is read by every other"),
            () => new BreakableCache(storage) { Read = (_, stored) => stored is null ? null : (TokenEntry)Without(property, stored) });

        string name = property.Split('.')[1];
        Assert.Contains(name == nameof(AccessToken.AuthorizationHeader) ? nameof(AccessToken.Value) : name, found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_ends_when_it_is_cancelled()
    {
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TokenCacheContract.VerifyAsync(_ => new(new MemoryTokenCache()), cancelled.Token));
    }

    [Fact]
    public async Task Exception_of_the_cache_is_not_caught()
    {
        IOException down = new("the cache is down");

        IOException thrown = await Assert.ThrowsAsync<IOException>(() => TokenCacheContract.VerifyAsync(
            _ => new(new BreakableCache(new()) { Read = (_, _) => throw down }),
            TestApp.Cancellation));

        Assert.Same(down, thrown);
    }

    private static Task<TokenCacheContractException> FindAsync(TokenCacheCheck check, Func<ITokenCache> open) =>
        Assert.ThrowsAsync<TokenCacheContractException>(() => check.RunAsync(_ => new(open()), TestApp.Cancellation));

    private static TokenCacheCheck CheckOf(string beginning) =>
        Assert.Single(TokenCacheContract.Checks, check => check.Name.StartsWith(beginning, StringComparison.Ordinal));

    // A copy without one property, which is a property of the object itself or of an object in it.
    private static object Without(string property, object whole)
    {
        if (whole is AccessToken token)
        {
            return property.StartsWith($"{nameof(AccessToken)}.", StringComparison.Ordinal) ? OtherToken(token, property.Split('.')[1]) : token;
        }

        object copy = whole.GetType().GetMethod("<Clone>$")!.Invoke(whole, null)!;
        foreach (PropertyInfo own in whole.GetType().GetProperties())
        {
            object? value = own.GetValue(whole);
            bool isLost = $"{whole.GetType().Name}.{own.Name}" == property;
            bool isOurs = value is not null and not IEnumerable && value.GetType() is { IsEnum: false } type && type.Assembly == typeof(TokenEntry).Assembly;
            own.SetValue(copy, isLost ? null : isOurs ? Without(property, value!) : value);
        }

        return copy;
    }

    private static AccessToken OtherToken(AccessToken token, string property) => property switch
    {
        nameof(AccessToken.ObtainedAt) => new AccessToken(token.Value, default, token.ExpiresAt, token.Scopes),
        nameof(AccessToken.ExpiresAt) => new AccessToken(token.Value, token.ObtainedAt, default, token.Scopes),
        nameof(AccessToken.Scopes) => new AccessToken(token.Value, token.ObtainedAt, token.ExpiresAt),
        _ => new AccessToken("another", token.ObtainedAt, token.ExpiresAt, token.Scopes),
    };

    private static TokenEntry Entry() => new()
    {
        Tokens = new TokenSet { AccessToken = new AccessToken("t0ken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) },
        TokenEndpoint = new Uri("https://connect.example/connect/token"),
        GrantId = "grant",
        ClientId = "isv_acme",
    };
}
