namespace Visma.Connect.Sdk;

/// <summary>The grammar of one scope: <c>scope-token = 1*( %x21 / %x23-5B / %x5D-7E )</c> (RFC 6749 section 3.3).</summary>
internal static class ScopeToken
{
    public const string Rule = "a scope is one word of visible ASCII without quotation marks and backslashes (RFC 6749 section 3.3)";

    public static bool IsValid(string? scope) => AccessToken.IsHeaderSafe(scope) && scope!.IndexOfAny(['"', '\\']) < 0;
}
