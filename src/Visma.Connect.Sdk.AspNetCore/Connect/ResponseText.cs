namespace Visma.Connect.Sdk;

/// <summary>The parameters of an authorization response that its check needs, unchanged, so that they fit into a cookie.</summary>
internal static class ResponseText
{
    private static readonly string[] Names = ["code", "state", "iss", "error", "error_description"];

    /// <summary>Returns the response without other parameters, such as <c>session_state</c>, and with a short description.</summary>
    /// <param name="text">The query or the form.</param>
    /// <param name="longestDescription">How many characters of an encoded <c>error_description</c> are kept; a longer one is left out.</param>
    public static string Of(string text, int longestDescription) => string.Join('&', text.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Where(pair => Names.Contains(NameOf(pair)) && (NameOf(pair) != "error_description" || pair.Length <= longestDescription)));

    private static string NameOf(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        // As the library decodes it: a name that is encoded must not escape its check for parameters that occur twice.
        return Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).Replace('+', ' '));
    }
}
