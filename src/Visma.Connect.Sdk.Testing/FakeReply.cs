using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An answer that a <see cref="FakeEndpoint"/> is told to give instead of its own.</summary>
public sealed class FakeReply
{
    private readonly string _contentType;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;
    private readonly byte[] _body;
    private readonly int _missing;

    private FakeReply(HttpStatusCode code, string contentType, IReadOnlyList<(string Name, string Value)> headers, byte[] body, int missing = 0)
    {
        Code = code;
        _contentType = contentType;
        _headers = headers;
        _body = body;
        _missing = missing;
    }

    /// <summary>Closes the connection without an answer.</summary>
    public static FakeReply Drop { get; } = new(default, "", [], []);

    internal HttpStatusCode Code { get; }

    /// <summary>A status, with a body as it is.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="headers">Further headers.</param>
    public static FakeReply Status(
        HttpStatusCode status,
        string body = "",
        string contentType = "application/json",
        params IEnumerable<(string Name, string Value)> headers) => new(status, contentType, [.. headers], Encoding.UTF8.GetBytes(body));

    /// <summary>A refusal as OAuth has it (RFC 6749 section 5.2).</summary>
    /// <param name="error">The error code.</param>
    /// <param name="description">The description, if any.</param>
    /// <param name="status">The status.</param>
    public static FakeReply Refusal(string error, string? description = null, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        JsonObject body = new() { ["error"] = error };
        if (description is not null)
        {
            body["error_description"] = description;
        }

        return Status(status, body.ToJsonString());
    }

    /// <summary>Too busy (503, or another status), with <c>Retry-After</c>.</summary>
    /// <param name="retryAfter">Seconds or a date, as it goes into the header.</param>
    /// <param name="status">The status.</param>
    public static FakeReply Busy(string retryAfter, HttpStatusCode status = HttpStatusCode.ServiceUnavailable) =>
        Status(status, headers: ("Retry-After", retryAfter));

    /// <summary>A redirect.</summary>
    /// <param name="location">Where to, absolute or relative.</param>
    /// <param name="status">The status.</param>
    public static FakeReply Redirect(string location, HttpStatusCode status = HttpStatusCode.TemporaryRedirect) =>
        Status(status, headers: ("Location", location));

    /// <summary>A body that ends before the length that its header promises.</summary>
    /// <param name="body">The part that arrives.</param>
    /// <param name="status">The status.</param>
    public static FakeReply CutShort(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status, "application/json", [], Encoding.UTF8.GetBytes(body), missing: 100);

    /// <summary>A status with a JSON body.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Further headers.</param>
    public static FakeReply Json(HttpStatusCode status, JsonNode body, params IEnumerable<(string Name, string Value)> headers)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Status(status, body.ToJsonString(), headers: headers);
    }

    /// <summary>A refusal of the token, as an API has it (RFC 6750 section 3).</summary>
    /// <param name="status">401 or 403.</param>
    /// <param name="error">The error code, such as <c>invalid_token</c>.</param>
    /// <param name="scope">The scope that is missing, if any.</param>
    public static FakeReply Challenge(HttpStatusCode status, string error, string? scope = null) => Status(
        status,
        headers: ("WWW-Authenticate", string.Create(CultureInfo.InvariantCulture, $"Bearer error=\"{error}\"{(scope is null ? "" : $", scope=\"{scope}\"")}")));

    /// <summary>The same, but that only the first bytes of the body arrive.</summary>
    internal FakeReply CutBehind(int bytes)
    {
        int arriving = Math.Clamp(bytes, 0, _body.Length);
        return new FakeReply(Code, _contentType, _headers, _body[..arriving], Math.Max(1, _body.Length - arriving));
    }

    /// <summary>The same, but that it ends behind a member of the JSON object.</summary>
    internal FakeReply CutBehind(string member)
    {
        Utf8JsonReader reader = new(_body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(member))
            {
                reader.Skip();
                return CutBehind((int)reader.BytesConsumed);
            }
        }

        return CutBehind(0);
    }

    /// <summary>The same with a changed JSON object.</summary>
    internal FakeReply With(Action<JsonObject> change)
    {
        if (_contentType != "application/json" || _body.Length == 0 || JsonNode.Parse(_body) is not JsonObject body)
        {
            return this;
        }

        change(body);
        return new FakeReply(Code, _contentType, _headers, Encoding.UTF8.GetBytes(body.ToJsonString()), _missing);
    }

    internal async Task WriteAsync(HttpContext context)
    {
        if (Code == default)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)Code;
        context.Response.ContentType = _contentType;
        foreach ((string name, string value) in _headers)
        {
            context.Response.Headers[name] = value;
        }

        if (_missing > 0)
        {
            // Too few bytes, and Kestrel closes the connection behind those that it has.
            context.Response.ContentLength = _body.Length + _missing;
            await context.Response.StartAsync().ConfigureAwait(false);
        }

        await context.Response.Body.WriteAsync(_body).ConfigureAwait(false);
    }
}
