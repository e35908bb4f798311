using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Why an API refused a bearer token: the <c>Bearer</c> challenge of <c>WWW-Authenticate</c> (RFC 6750 section 3).</summary>
/// <remarks>Immutable and thread-safe. The texts come from the API unchanged: write them to a log, not to a web page.</remarks>
public sealed record BearerChallenge
{
    /// <summary>Creates a challenge, for the unit tests of an application.</summary>
    /// <param name="error">The error.</param>
    /// <param name="errorDescription">The explanation for a developer.</param>
    /// <param name="scope">The scopes that the request needs.</param>
    /// <param name="realm">The protected realm.</param>
    public BearerChallenge(string? error = null, string? errorDescription = null, string? scope = null, string? realm = null)
    {
        Error = error;
        ErrorDescription = errorDescription;
        Scope = scope;
        Realm = realm;
    }

    /// <summary>
    /// <c>invalid_request</c>, <c>invalid_token</c> or <c>insufficient_scope</c> (RFC 6750 section 3.1). Null if the API does not return it.
    /// </summary>
    public string? Error { get; }

    /// <summary>The API's explanation for a developer. Null if the API does not return it.</summary>
    public string? ErrorDescription { get; }

    /// <summary>The scopes that the request needs, separated by spaces. Null if the API does not return them.</summary>
    public string? Scope { get; }

    /// <summary>The protected realm. Null if the API does not return it.</summary>
    public string? Realm { get; }

    internal static BearerChallenge? From(HttpResponseMessage response)
    {
        // The platform separates the challenges of one header, also with commas inside quotes. It does not read their parameters.
        AuthenticationHeaderValue? header = response.Headers.WwwAuthenticate
            .FirstOrDefault(challenge => string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase));
        if (header is null)
        {
            return null;
        }

        Dictionary<string, string> parameters = Parameters(header.Parameter ?? "");
        string? Value(string name) => parameters.TryGetValue(name, out string? value) ? value : null;
        return new BearerChallenge(Value("error"), Value("error_description"), Value("scope"), Value("realm"));
    }

    // auth-param = token BWS "=" BWS ( token / quoted-string ), separated by commas (RFC 9110 section 11.2). Each name occurs once.
    private static Dictionary<string, string> Parameters(string text)
    {
        Dictionary<string, string> parameters = new(StringComparer.OrdinalIgnoreCase);
        int at = 0;
        while (at < text.Length)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            string name = text.Substring(at, equals - at).Trim(' ', '\t', ',');
            at = equals + 1;
            parameters[name] = ReadValue(text, ref at);
        }

        return parameters;
    }

    private static string ReadValue(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        if (at == text.Length || text[at] != '"')
        {
            int comma = text.IndexOf(',', at);
            int end = comma < 0 ? text.Length : comma;
            string word = text.Substring(at, end - at).Trim();
            at = end;
            return word;
        }

        StringBuilder quoted = new();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            quoted.Append(text[at]);
        }

        at++;
        return quoted.ToString();
    }
}
