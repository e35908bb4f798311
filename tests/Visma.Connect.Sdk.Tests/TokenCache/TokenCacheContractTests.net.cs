using System.Collections.Concurrent;
using System.Security.Cryptography;
using Visma.Connect.Sdk.Testing.TokenCache;

namespace Visma.Connect.Sdk.Tests.TokenCache;

/// <summary>The contract of a token cache, for the cache in memory and the example of the documentation.</summary>
public class TokenCacheContractTests
{
    private static readonly TokenEntrySerializer Serializer = new(new AesGcmTokenProtector(new TokenProtectionOptions
    {
        Keys = { ["tests"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) },
    }));

    private readonly MemoryTokenCache _memory = new();
    private readonly ConcurrentDictionary<string, KeyValueTokenCache.Row> _rows = new();

    public static TheoryData<TokenCacheCheck> Checks => [.. TokenCacheContract.Checks];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task My_cache_keeps_its_promise(TokenCacheCheck check) =>
        check.RunAsync(_ => new(new KeyValueTokenCache(_rows, Serializer)), TestContext.Current.CancellationToken);

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Memory_keeps_its_promise(TokenCacheCheck check) =>
        check.RunAsync(_ => new(_memory), TestContext.Current.CancellationToken);

    [Fact]
    public void Code_of_the_documentation_is_this()
    {
        string examples = Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/TokenCache/KeyValueTokenCache.cs"))
            + Unindented(Repository.Read("tests/Visma.Connect.Sdk.Tests/TokenCache/TokenCacheContractTests.net.cs"));
        string[] blocks = [.. Repository.Read("docs/writing-a-token-cache.md").Split("```csharp\n").Skip(1).Select(rest => Unindented(rest.Split("```")[0]))];

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, examples, StringComparison.Ordinal));
    }

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim())).Trim();
}
