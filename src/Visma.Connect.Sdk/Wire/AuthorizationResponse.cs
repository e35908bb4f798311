namespace Visma.Connect.Sdk;

/// <summary>
/// The answer to an authorization request as it came to the redirect URI: a code, or an error (RFC 6749 section 4.1.2). Read from
/// whatever brings it: nothing is believed until it is matched with its <see cref="AuthorizationRequest"/>.
/// </summary>
/// <remarks>Immutable. Reading never throws for what a stranger sent; the request it is matched with does. <see cref="ToString"/> shows no code.</remarks>
public sealed class AuthorizationResponse
{
    private const int LongestText = 16 * 1024;

    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);

    private AuthorizationResponse()
    {
    }

    /// <summary>The <c>state</c> it claims to belong to, to find the stored request by; null when it has none. Unchecked.</summary>
    public string? State => Get("state");

    internal string? Code => Get("code");

    internal string? Error => Get("error");

    internal string? ErrorDescription => Get("error_description");

    internal string? Issuer => Get("iss");

    /// <summary>Why it cannot be read; null when it can.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Reads a query string: <c>Request.QueryString.Value</c>, or <c>Url.Query</c>.</summary>
    /// <param name="query">The query, with or without its question mark.</param>
    public static AuthorizationResponse FromQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Parse(query.Length > 0 && query[0] == '?' ? query.Substring(1) : query);
    }

    /// <summary>Reads the body of a posted form (<see cref="AuthorizationResponseMode.FormPost"/>).</summary>
    /// <param name="body">The body, of type <c>application/x-www-form-urlencoded</c>.</param>
    public static AuthorizationResponse FromForm(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Parse(body);
    }

    /// <summary>Reads the address that the browser came back to.</summary>
    /// <param name="address">The whole address, with its query.</param>
    public static AuthorizationResponse FromUri(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string text = address.OriginalString.Split('#')[0];
        int query = text.IndexOf('?');
        return Parse(query < 0 ? "" : text.Substring(query + 1));
    }

    /// <summary>Reads parameters that are decoded already, such as <c>Request.Query</c> or <c>Request.Form</c>, flattened.</summary>
    /// <param name="parameters">Every parameter; one that came twice is there twice.</param>
    public static AuthorizationResponse From(IEnumerable<KeyValuePair<string, string?>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        AuthorizationResponse response = new();
        foreach (KeyValuePair<string, string?> parameter in parameters)
        {
            response.Add(parameter.Key, parameter.Value ?? "");
        }

        return response;
    }

    /// <summary>Says whether it is a code or an error, and nothing of either.</summary>
    public override string ToString() => Error is not null ? "authorization response with an error" : "authorization response";

    private static AuthorizationResponse Parse(string text)
    {
        AuthorizationResponse response = new();
        if (text.Length > LongestText)
        {
            response.Fault = "it is longer than 16 KiB";
            return response;
        }

        foreach (string pair in text.Split(['&'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            response.Add(Decode(equals < 0 ? pair : pair.Substring(0, equals)), equals < 0 ? "" : Decode(pair.Substring(equals + 1)));
        }

        return response;
    }

    // Null where a percent sign begins no byte, or the bytes are no UTF-8: the platform leaves those standing, as if they were meant so.
    private static string? Decode(string text)
    {
        string decoded = Uri.UnescapeDataString(text.Replace('+', ' '));
        int encodedPercentSigns = (text.Length - text.Replace("%25", "").Length) / "%25".Length;
        return decoded.Count(character => character == '%') == encodedPercentSigns ? decoded : null;
    }

    private string? Get(string name) => _parameters.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    private void Add(string? name, string? value)
    {
        // Others are none of our business: a redirect URI may have parameters of its own, as often as it likes.
        if (name is not ("code" or "state" or "iss" or "error" or "error_description"))
        {
            return;
        }

        // The words are only for people, and a no is a no without them.
        if (value is null && name == "error_description")
        {
            return;
        }

        if (value is null || value.Length > LongestText)
        {
            Fault ??= value is null ? $"parameter '{name}' is not encoded as an address has it" : "it is longer than 16 KiB";
            return;
        }

        // RFC 6749 section 3.1: once at most. Of two, an attacker may count on which one is taken.
        if (_parameters.ContainsKey(name))
        {
            Fault ??= $"parameter '{name}' is there more than once";
        }

        _parameters[name] = value;
    }
}
