using Microsoft.Extensions.Options;

namespace Visma.Connect.Sdk;

/// <summary>The faults of the encryption keys. No message contains a key.</summary>
internal static class TokenProtectionFaults
{
    private const int LongestName = 64;

    /// <exception cref="OptionsValidationException">The options contain no usable key.</exception>
    public static void ThrowIfUnusable(TokenProtectionOptions options)
    {
        string[] faults = options.Keys.Count == 0
            ? [$"{nameof(VismaConnectOptions.TokenProtection)}:{nameof(options.Keys)} is empty. {Remedy}"]
            : [.. Of(options, nameof(VismaConnectOptions.TokenProtection))];
        if (faults.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TokenProtectionOptions), faults);
        }
    }

    public static List<string> Of(TokenProtectionOptions options, string path) =>
        options.Keys.Count == 0 && options.CurrentKey is null ? [] : OfKeys(options, path);

    private static List<string> OfKeys(TokenProtectionOptions options, string path)
    {
        List<string> faults = [];
        foreach (KeyValuePair<string, string> key in options.Keys)
        {
            if (key.Key.Length is 0 or > LongestName || key.Key.Any(character => character is < '!' or > '~'))
            {
                faults.Add($"{path}:Keys contains a name that is empty, longer than {LongestName} characters, or not in visible ASCII characters.");
            }
            else if (TokenProtectionOptions.BytesOf(key.Value) is null)
            {
                faults.Add($"{path}:Keys:{key.Key} is not a key. {Remedy}");
            }
        }

        if (options.CurrentKey is { } current && !options.Keys.ContainsKey(current))
        {
            faults.Add($"{path}:CurrentKey is '{VisibleText.Of(current)}', which is not in {path}:Keys.");
        }
        else if (options.CurrentKey is null && options.Keys.Count > 1)
        {
            faults.Add($"{path}:CurrentKey is missing. Set it to the name in {path}:Keys that encrypts new entries.");
        }

        return faults;
    }

    private static string Remedy =>
        $"A key is {TokenProtectionOptions.KeyLength} random bytes in base64: openssl rand -base64 {TokenProtectionOptions.KeyLength}.";
}
