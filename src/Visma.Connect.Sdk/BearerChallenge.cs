using System.Net.Http.Headers;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Why an API refused a bearer token: the <c>Bearer</c> challenge of <c>WWW-Authenticate</c> (RFC 6750 section 3).</summary>
/// <remarks>Immutable and thread-safe. What it says comes from the API as it is: bound for a log, not for a page.</remarks>
public sealed record BearerChallenge
{
    /// <summary><c>invalid_request</c>, <c>invalid_token</c>, <c>insufficient_scope</c>, or null when the API does not say (RFC 6750 section 3.1).</summary>
    public string? Error { get; init; }

    /// <summary>The API's explanation for a developer; null when it gives none.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>The scopes that the request needs, as one string; null when the API does not say.</summary>
    public string? Scope { get; init; }

    /// <summary>The protected realm; null when the API names none.</summary>
    public string? Realm { get; init; }

    internal static BearerChallenge? From(HttpResponseMessage response)
    {
        // The platform tells the challenges of one header apart, quoted commas included; what stands inside one is left to us.
        AuthenticationHeaderValue? header = response.Headers.WwwAuthenticate
            .FirstOrDefault(challenge => string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase));
        if (header is null)
        {
            return null;
        }

        Dictionary<string, string> parameters = Parameters(header.Parameter ?? "");
        string? Value(string name) => parameters.TryGetValue(name, out string? value) ? value : null;
        return new BearerChallenge
        {
            Error = Value("error"),
            ErrorDescription = Value("error_description"),
            Scope = Value("scope"),
            Realm = Value("realm"),
        };
    }

    // auth-param = token BWS "=" BWS ( token / quoted-string ), separated by commas (RFC 9110 section 11.2); a name comes once.
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
