using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Visma.Connect.Sdk.Testing;

/// <summary>A request that arrived at a <see cref="FakeEndpoint"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FakeRequest
{
    private FakeRequest(string method, string pathAndQuery, IReadOnlyDictionary<string, string> headers, string body)
    {
        Method = method;
        PathAndQuery = pathAndQuery;
        Headers = headers;
        Body = body;
        Query = Parse(pathAndQuery.Split('?', 2).ElementAtOrDefault(1));
        Form = Parse(IsForm(headers) ? body : null);
    }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path and the query.</summary>
    public string PathAndQuery { get; }

    /// <summary>The parameters of the query, decoded. Several values of one parameter are joined with commas.</summary>
    public IReadOnlyDictionary<string, string> Query { get; }

    /// <summary>The headers. Their names are compared without case. Several values of one header are joined with commas.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as text; empty for a request without a body.</summary>
    public string Body { get; }

    /// <summary>The fields of the form, decoded; empty when the body is not a form.</summary>
    public IReadOnlyDictionary<string, string> Form { get; }

    /// <summary>The value of the Authorization header; null for a request without it.</summary>
    public string? Authorization => Headers.TryGetValue("Authorization", out string? value) ? value : null;

    internal string Path => PathAndQuery.Split('?')[0];

    /// <summary>The token of an Authorization header with the scheme Bearer; null for a request without it.</summary>
    internal string? BearerToken =>
        Authorization?.Split(' ', 2) is [var scheme, var value] && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? value : null;

    /// <summary>The method, the path and the query.</summary>
    public override string ToString() => $"{Method} {PathAndQuery}";

    internal static async Task<FakeRequest> ReadAsync(HttpRequest request)
    {
        using StreamReader reader = new(request.Body);
        string body = await reader.ReadToEndAsync().ConfigureAwait(false);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, StringValues values) in request.Headers)
        {
            headers[name] = values.ToString();
        }

        return new FakeRequest(request.Method, request.Path.Value + request.QueryString.Value, headers, body);
    }

    private static Dictionary<string, string> Parse(string? fields) =>
        QueryHelpers.ParseQuery(fields).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);

    private static bool IsForm(IReadOnlyDictionary<string, string> headers) =>
        headers.TryGetValue("Content-Type", out string? type) && type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
