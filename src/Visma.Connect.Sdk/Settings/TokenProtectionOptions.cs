namespace Visma.Connect.Sdk;

/// <summary>The keys that encrypt stored tokens (<c>AesGcmTokenProtector</c>, .NET 10 and later).</summary>
/// <remarks>
/// To change the key, each step in every process before the next: add the new one, with the old one as <see cref="CurrentKey"/>; name the new
/// one as that; rewrite what is stored (<see cref="TokenCacheExtensions.ReprotectAsync"/>); remove the old one. A change counts at once, where the
/// source of the settings reports it.
/// </remarks>
public sealed class TokenProtectionOptions
{
    internal const int KeyLength = 32;

    /// <summary>
    /// The keys: under a name of your own, 32 random bytes in base64 (<c>openssl rand -base64 32</c>). Secret: keep them in a vault, and not with
    /// the backups of the database. What was encrypted with one needs it to be read; without it every user has to connect again.
    /// </summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the key that encrypts from now on; required where there is more than one.</summary>
    public string? CurrentKey { get; set; }

    internal string? NameOfCurrentKey => CurrentKey ?? (Keys.Count == 1 ? Keys.Keys.Single() : null);

    internal byte[]? FindKey(string name) => Keys.TryGetValue(name, out string? text) ? BytesOf(text) : null;

    internal static byte[]? BytesOf(string? text)
    {
        try
        {
            return text is not null && Convert.FromBase64String(text) is { Length: KeyLength } key ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
