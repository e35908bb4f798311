using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>The keys that encrypt stored tokens (<c>AesGcmTokenProtector</c>, .NET 10 and later).</summary>
/// <remarks>
/// To change the key, do each step in every process before the next step: add the new key, with the old one as <see cref="CurrentKey"/>; set
/// <see cref="CurrentKey"/> to the new key; rewrite the stored entries (<see cref="TokenCacheExtensions.ReprotectAsync"/>); remove the old key. A
/// change is effective at once if the source of the settings reports changes.
/// </remarks>
public sealed class TokenProtectionOptions
{
    internal const int KeyLength = 32;

    /// <summary>
    /// The keys, each under a name that you choose: 32 random bytes in base64 (<c>openssl rand -base64 32</c>). Keep them secret, for example in a
    /// vault, and not with the backups of the database. An entry can be decrypted only with the key that encrypted it; without that key the user
    /// has to connect again.
    /// </summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the key that encrypts new entries. Default: the only key. Required if there is more than one.</summary>
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
