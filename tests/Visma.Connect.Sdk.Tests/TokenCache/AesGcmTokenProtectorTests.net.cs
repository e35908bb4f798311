using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk.Tests.TokenCache;

public class AesGcmTokenProtectorTests
{
    private const string First = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";
    private const string Second = "c2Vjb25kIGtleSwgZm9yIHRlc3RzIG9ubHksIDMyYi4=";

    private static readonly byte[] Plaintext = Encoding.UTF8.GetBytes("the t0ken of a customer");
    private static readonly byte[] Owner = Encoding.UTF8.GetBytes("customer-42");

    [Fact]
    public void What_was_protected_is_read_with_the_same_key_by_another_process()
    {
        byte[] stored = With(("first", First)).Protect(Plaintext, Owner);

        Assert.Equal(Plaintext, With(("FIRST", First)).Unprotect(stored, Owner));
        Assert.DoesNotContain("t0ken", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
    }

    // Written by an earlier version. Each later version must be able to read it.
    [Fact]
    public void What_an_earlier_version_protected_is_read()
    {
        byte[] stored = Convert.FromBase64String(
            "BWZpcnN08kw4WeN6IsC++ONFhxiY7ikL36JPGYBYF9bRtLDKJ9iXJs9ShTmtGKBP4rhcBlDQV/tydlrDcvA4pID5+EN2HDIvFgQfJBU=");

        Assert.Equal(Plaintext, With(("first", First)).Unprotect(stored, Owner));
    }

    [Fact]
    public void Same_text_is_never_the_same_twice()
    {
        AesGcmTokenProtector protector = With(("first", First));

        Assert.NotEqual(protector.Protect(Plaintext, Owner), protector.Protect(Plaintext, Owner));
    }

    [Fact]
    public void Old_keys_read_and_the_current_one_writes()
    {
        byte[] old = With(("first", First)).Protect(Plaintext, Owner);
        AesGcmTokenProtector rotated = With(("first", First), ("second", Second));

        Assert.Equal(Plaintext, rotated.Unprotect(old, Owner));
        Assert.Equal(Plaintext, With(("second", Second)).Unprotect(rotated.Protect(Plaintext, Owner), Owner));
    }

    [Fact]
    public void Key_that_is_added_while_the_application_runs_counts_at_once()
    {
        TokenProtectionOptions options = new() { Keys = { ["first"] = First } };
        AesGcmTokenProtector protector = new(options);
        byte[] old = protector.Protect(Plaintext, Owner);

        options.Keys["second"] = Second;
        options.CurrentKey = "second";

        Assert.Equal(Plaintext, With(("second", Second)).Unprotect(protector.Protect(Plaintext, Owner), Owner));
        Assert.Equal(Plaintext, protector.Unprotect(old, Owner));
    }

    [Fact]
    public void Keys_that_are_taken_away_while_the_application_runs_are_named()
    {
        TokenProtectionOptions options = new() { Keys = { ["first"] = First } };
        AesGcmTokenProtector protector = new(options);
        options.Keys.Clear();

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => protector.Protect(Plaintext, Owner));

        Assert.Contains("TokenProtection:Keys is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_key_is_named_and_the_setting_too()
    {
        byte[] stored = With(("first", First)).Protect(Plaintext, Owner);

        CryptographicException error = Assert.Throws<CryptographicException>(() => With(("second", Second)).Unprotect(stored, Owner));

        Assert.Contains("key 'first', which is not in TokenProtection:Keys", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_that_is_another_one_under_the_same_name_is_told() => Assert.Contains(
        "the key 'first' is not the one that encrypted it",
        Assert.Throws<CryptographicException>(() => With(("first", Second)).Unprotect(With(("first", First)).Protect(Plaintext, Owner), Owner)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Text_of_one_entry_is_of_no_use_to_another() => Assert.Throws<CryptographicException>(
        () => With(("first", First)).Unprotect(With(("first", First)).Protect(Plaintext, Owner), Encoding.UTF8.GetBytes("customer-43")));

    [Fact]
    public void Any_changed_or_missing_byte_is_noticed()
    {
        AesGcmTokenProtector protector = With(("first", First));
        byte[] stored = protector.Protect(Plaintext, Owner);
        for (int place = 0; place < stored.Length; place++)
        {
            byte[] changed = [.. stored];

            // The name of a key compares without case, as in the settings.
            changed[place] ^= 1;
            Assert.Throws<CryptographicException>(() => protector.Unprotect(changed, Owner));
            Assert.Throws<CryptographicException>(() => protector.Unprotect(stored.AsSpan(0, place), Owner));
        }
    }

    [Theory]
    [InlineData(null, "TokenProtection:Keys is empty")]
    [InlineData("dG9vIHNob3J0", "TokenProtection:Keys:first is not a key")]
    [InlineData("no base64", "TokenProtection:Keys:first is not a key")]
    public void Without_a_good_key_there_is_no_protector(string? key, string expected)
    {
        TokenProtectionOptions options = new();
        if (key is not null)
        {
            options.Keys["first"] = key;
        }

        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => new AesGcmTokenProtector(options));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key ?? "secret", error.Message, StringComparison.Ordinal);
    }

    private static AesGcmTokenProtector With(params (string Name, string Key)[] keys)
    {
        TokenProtectionOptions options = new() { CurrentKey = keys[^1].Name };
        foreach ((string name, string key) in keys)
        {
            options.Keys[name] = key;
        }

        return new AesGcmTokenProtector(options);
    }
}
