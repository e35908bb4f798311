using System.Globalization;
using Microsoft.AspNetCore.Authentication;

namespace Visma.Connect.Sdk;

/// <summary>When a session of the application began. A sliding cookie is issued again and again, and keeps this time.</summary>
internal static class SessionStart
{
    private const string Item = ".visma.signed_in";

    public static void Mark(AuthenticationProperties properties, TimeProvider time) =>
        properties.Items[Item] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The time. Null for a cookie of before, which has none.</summary>
    public static DateTimeOffset? Of(AuthenticationProperties properties) =>
        properties.Items.TryGetValue(Item, out string? text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset start)
            ? start
            : properties.IssuedUtc;
}
