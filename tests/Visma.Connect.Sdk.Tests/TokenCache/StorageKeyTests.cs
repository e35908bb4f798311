using FsCheck;
using FsCheck.Fluent;

namespace Visma.Connect.Sdk.Tests.TokenCache;

public class StorageKeyTests
{
    // The text is stored in databases, so it must never change.
    [Fact]
    public void Text_of_a_key_is_as_documented()
    {
        Assert.Equal("connection/nxt/customer-42", TokenKey.ForConnection("nxt", "customer-42").ToStorageKey());
        Assert.Equal("service/erp/a1b2/", TokenKey.ForTenant("ERP", "a1b2").ToStorageKey());
        Assert.Equal("service/erp/a1b2/a%20b%3Ac", TokenKey.ForTenant("erp", "a1b2").WithScopes("b:c", "a").ToStorageKey());
        Assert.Equal("service/nxt//", TokenKey.ForClient("Nxt").ToStorageKey());
        Assert.Equal("connection/v%C3%A6r%20og%2Fvind/K%C3%A5re%25", TokenKey.ForConnection("Vær og/vind", "Kåre%").ToStorageKey());
    }

    // Another version of the library, and each cache that lists its entries, must tell a claim from tokens.
    [Fact]
    public void Text_of_a_claim_leads_to_a_key_without_tenant_and_connection()
    {
        TokenKey claim = TokenKey.FromStorageKey("claim/nxt/a1b2");

        Assert.Equal(("nxt", null, null, "claim/nxt/a1b2"), (claim.Client, claim.TenantId, claim.Connection, claim.ToStorageKey()));
        Assert.NotEqual(TokenKey.ForTenant("nxt", "a1b2"), claim);
        Assert.NotEqual(TokenKey.ForConnection("nxt", "a1b2"), claim);
        Assert.False(new TokenFilter { ConnectionsOnly = true }.Includes(claim));
        Assert.True(new TokenFilter { Client = "NXT" }.Includes(claim));
    }

    [Fact]
    public void Text_of_any_key_leads_back_to_it_and_to_no_other()
    {
        Gen<string> part = Gen.Elements("a", "A", "ß", "SS", "ı", "I", "K", "k", "/", "%", "%2F", " b", "é", "e\u0301", "𝒳", "'", "\0", "ǅ", "ſ").NonEmptyListOf().Select(string.Concat);
        Gen<TokenKey> key = from client in part
                            from subject in part
                            from kind in Gen.Choose(0, 3)
                            select kind switch
                            {
                                0 => TokenKey.ForConnection(client, subject),
                                1 => TokenKey.ForTenant(client, subject),
                                2 => TokenKey.ForTenant(client, subject).WithScopes("a", "b"),
                                _ => TokenKey.ForClient(client),
                            };
        Prop.ForAll(
            Arb.From(Gen.Two(key)),
            keys => TokenKey.FromStorageKey(keys.Item1.ToStorageKey()) == keys.Item1
                && (keys.Item1 == keys.Item2) == (keys.Item1.ToStorageKey() == keys.Item2.ToStorageKey())).QuickCheckThrowOnFailure();
    }

    // Some letters have two upper or lower cases: ß, ı, ſ, the Kelvin sign.
    [Fact]
    public void No_letter_lets_two_names_share_a_key()
    {
        string[] letters = [.. Enumerable.Range(1, char.MaxValue).Where(code => !char.IsSurrogate((char)code) && !char.IsWhiteSpace((char)code)).Select(code => $"{(char)code}")];

        Assert.All(letters.GroupBy(letter => TokenKey.ForClient(letter).ToStorageKey()), same => Assert.All(same, letter =>
            Assert.True(string.Equals(letter, same.First(), StringComparison.OrdinalIgnoreCase), $"{(int)letter[0]:x4} shares the key of {(int)same.First()[0]:x4}.")));
        Assert.All(letters.GroupBy(letter => letter, StringComparer.OrdinalIgnoreCase), same =>
            Assert.Single(same.Select(letter => TokenKey.ForClient(letter).ToStorageKey()).Distinct(StringComparer.Ordinal)));
        Assert.Equal(letters.Length, letters.Select(letter => TokenKey.ForTenant("erp", letter).ToStorageKey()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(letters.Length, letters.Select(letter => TokenKey.ForConnection("nxt", letter).ToStorageKey()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("connection")]
    [InlineData("connection/nxt/")]
    [InlineData("connection//a")]
    [InlineData("connection/NXT/a")]
    [InlineData("connection/nxt/a/b")]
    [InlineData("connection/nxt/%2f")]
    [InlineData("service/nxt/a")]
    [InlineData("service/nxt/a/b%20a")]
    [InlineData("service/nxt/a/%0A")]
    [InlineData("claim/nxt")]
    [InlineData("claim/nxt/")]
    [InlineData("claim/nxt/a/b")]
    [InlineData("other/nxt/a")]
    public void Other_text_is_refused(string text)
    {
        Assert.Throws<FormatException>(() => TokenKey.FromStorageKey(text));
        Assert.False(TokenKey.TryFromStorageKey(text, out TokenKey? none));
        Assert.Null(none);
    }

    // It would be read back as another name.
    [Fact]
    public void Name_that_is_no_text_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TokenKey.ForConnection("nxt", "half \ud83d"));
        Assert.Throws<ArgumentException>(() => TokenKey.ForTenant("\ude00 nxt", "a1b2"));
        Assert.Throws<ArgumentException>(() => TokenKey.ForClient("half \ud83d"));
        Assert.Equal("connection/nxt/%F0%9F%98%80", TokenKey.ForConnection("nxt", "\ud83d\ude00").ToStorageKey());
    }
}
