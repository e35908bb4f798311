using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using Duende.IdentityModel;

namespace Visma.Connect.Sdk;

/// <summary>
/// The authorization response that arrived at the redirect URI: a code, or an error (RFC 6749 section 4.1.2). It is untrusted until it has been
/// compared with its <see cref="AuthorizationRequest"/>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Malformed content does not throw here; the comparison with the request does. <see cref="ToString"/> prints no code.
/// </remarks>
public sealed class AuthorizationResponse
{
    private const int LongestText = 16 * 1024;

    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);

    private AuthorizationResponse()
    {
    }

    /// <summary>The <c>state</c>, for finding the stored request. Null if absent. It is not checked yet.</summary>
    [JsonIgnore]
    [IgnoreDataMember]
    public string? State => Get(OidcConstants.AuthorizeResponse.State);

    internal string? Code => Get(OidcConstants.AuthorizeResponse.Code);

    internal string? Error => Get(OidcConstants.AuthorizeResponse.Error);

    internal string? ErrorDescription => Get(OidcConstants.AuthorizeResponse.ErrorDescription);

    internal string? Issuer => Get(OidcConstants.AuthorizeResponse.Issuer);

    /// <summary>Why it cannot be read. Null if it can.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Reads a query string: <c>Request.QueryString.Value</c>, or <c>Url.Query</c>.</summary>
    /// <param name="query">The query, with or without its question mark.</param>
    /// <returns>The response.</returns>
    public static AuthorizationResponse FromQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Parse(query.Length > 0 && query[0] == '?' ? query.Substring(1) : query);
    }

    /// <summary>Reads the body of a posted form (<see cref="AuthorizationResponseMode.FormPost"/>).</summary>
    /// <param name="body">The body, of type <c>application/x-www-form-urlencoded</c>.</param>
    /// <returns>The response.</returns>
    public static AuthorizationResponse FromForm(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Parse(body);
    }

    /// <summary>Reads the address that the browser returned to.</summary>
    /// <param name="address">The whole address, with its query.</param>
    /// <returns>The response.</returns>
    public static AuthorizationResponse FromUri(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string text = address.OriginalString.Split('#')[0];
        int query = text.IndexOf('?');
        return Parse(query < 0 ? "" : text.Substring(query + 1));
    }

    /// <summary>Reads decoded parameters, for example from <c>Request.Query</c> or <c>Request.Form</c>.</summary>
    /// <param name="parameters">The parameters. A parameter with two values must be there twice.</param>
    /// <returns>The response.</returns>
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

    /// <summary>Returns whether it is a code or an error, without its content.</summary>
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

    // Null if a percent sign does not begin a byte, or if the bytes are not UTF-8: the platform leaves such percent signs in the text.
    private static string? Decode(string text)
    {
        string decoded = Uri.UnescapeDataString(text.Replace('+', ' '));
        int encodedPercentSigns = (text.Length - text.Replace("%25", "").Length) / "%25".Length;
        return decoded.Count(character => character == '%') == encodedPercentSigns ? decoded : null;
    }

    private string? Get(string name) => _parameters.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    private void Add(string? name, string? value)
    {
        // A redirect URI may have other parameters of the application, each any number of times.
        if (name is not (OidcConstants.AuthorizeResponse.Code or OidcConstants.AuthorizeResponse.State or OidcConstants.AuthorizeResponse.Issuer
            or OidcConstants.AuthorizeResponse.Error or OidcConstants.AuthorizeResponse.ErrorDescription))
        {
            return;
        }

        // The description is only for people: a malformed one must not hide the error.
        if (value is null && name == OidcConstants.AuthorizeResponse.ErrorDescription)
        {
            return;
        }

        if (value is null || value.Length > LongestText)
        {
            Fault ??= value is null ? $"parameter '{name}' is not encoded as an address requires it" : "it is longer than 16 KiB";
            return;
        }

        // RFC 6749 section 3.1: a parameter must not occur twice. An attacker may know which of the two a parser takes.
        if (_parameters.ContainsKey(name))
        {
            Fault ??= $"parameter '{name}' occurs more than once";
        }

        _parameters[name] = value;
    }
}
