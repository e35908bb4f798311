namespace Visma.Connect.Sdk;

/// <summary>Finds what cannot be right in a client id or secret that was copied into the settings.</summary>
internal static class CopiedText
{
    // What variables look like in deployment tools and shells, and a gap in an example: <...>, {...}, ${...}, $(...), #{...}#, %...%.
    private static readonly (string Begin, string End)[] Variables = [("<", ">"), ("{", "}"), ("${", "}"), ("$(", ")"), ("#{", "}#"), ("%", "%")];

    public static bool HasOuterWhiteSpace(string text) => text.Trim().Length != text.Length;

    /// <summary>An environment variable keeps the quotation marks that a settings file needs.</summary>
    public static bool IsQuoted(string text) => text.Length > 1 && text[0] is '"' or '\'' && text[text.Length - 1] == text[0];

    public static bool IsPlaceholder(string text) =>
        (text.Length > 0 && text.Trim('.', '*', '\u2026').Length == 0)
        || IsVariable(text);

    private static bool IsVariable(string text)
    {
        foreach ((string begin, string end) in Variables)
        {
            if (text.Length > begin.Length + end.Length && text.StartsWith(begin, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
