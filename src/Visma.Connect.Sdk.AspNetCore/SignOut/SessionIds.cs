using System.Security.Claims;

namespace Visma.Connect.Sdk;

/// <summary>The session at Visma (<c>sid</c>) and its user (<c>sub</c>). Each is null if unknown.</summary>
internal readonly record struct SessionIds(string? Session, string? Subject)
{
    public static SessionIds Of(ClaimsPrincipal user) => new(
        ValueOf(user, "sid"),
        ValueOf(user, "sub") ?? ValueOf(user, ClaimTypes.NameIdentifier));

    private static string? ValueOf(ClaimsPrincipal user, string type) => user.FindFirst(type)?.Value is { Length: > 0 } value ? value : null;
}
