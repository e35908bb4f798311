using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// A reply that a test gives to a <see cref="FakeEndpoint"/>. The endpoint sends it in place of the reply that it would write itself.
/// </summary>
/// <remarks>Immutable and thread-safe. One reply can be sent many times.</remarks>
public sealed class FakeReply
{
    private readonly string _contentType;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;
    private readonly byte[] _body;
    private readonly int _missing;
    private readonly FakePause? _stall;

    private FakeReply(
        HttpStatusCode code,
        string contentType,
        IReadOnlyList<(string Name, string Value)> headers,
        byte[] body,
        int missing = 0,
        FakePause? stall = null)
    {
        Code = code;
        _contentType = contentType;
        _headers = headers;
        _body = body;
        _missing = missing;
        _stall = stall;
    }

    /// <summary>Closes the connection without a response.</summary>
    public static FakeReply Drop { get; } = new(default, "", [], []);

    internal HttpStatusCode Code { get; }

    /// <summary>A reply with a status and any body.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body, which is sent as UTF-8. Default: empty.</param>
    /// <param name="contentType">The media type of the body.</param>
    /// <param name="headers">More headers.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Status(
        HttpStatusCode status,
        string body = "",
        string contentType = "application/json",
        params IEnumerable<(string Name, string Value)> headers) => new(status, contentType, [.. headers], Encoding.UTF8.GetBytes(body));

    /// <summary>An error response of a token endpoint (RFC 6749 section 5.2).</summary>
    /// <param name="error">The error code, such as <c>invalid_grant</c>.</param>
    /// <param name="description">The <c>error_description</c>. Default: none.</param>
    /// <param name="status">The status. Default: 400.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Refusal(string error, string? description = null, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        JsonObject body = new() { ["error"] = error };
        if (description is not null)
        {
            body["error_description"] = description;
        }

        return Status(status, body.ToJsonString());
    }

    /// <summary>The reply of a busy server, with a <c>Retry-After</c> header.</summary>
    /// <param name="retryAfter">The value of the header: seconds or a date (RFC 9110 section 10.2.3).</param>
    /// <param name="status">The status. Default: 503.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Busy(string retryAfter, HttpStatusCode status = HttpStatusCode.ServiceUnavailable) =>
        Status(status, headers: ("Retry-After", retryAfter));

    /// <summary>The reply of an API that allows no further calls for now, with the text and the headers of that API.</summary>
    /// <param name="dialect">The dialect of the API: see <see cref="VismaApi.RateLimits"/>.</param>
    /// <param name="seconds">The time to wait. Dinero and Business NXT do not say it.</param>
    /// <param name="limit">The number of calls in a window, which only Visma.net ERP says.</param>
    /// <returns>The reply, with status 429.</returns>
    public static FakeReply TooManyCalls(RateLimitDialect dialect, int seconds = 55, int limit = 5000)
    {
        (string, string) retryAfter = ("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        return dialect switch
        {
            RateLimitDialect.NetErp or RateLimitDialect.NetErpOldHost =>
                Status(HttpStatusCode.TooManyRequests, headers: [retryAfter, .. RateLimitHeaders(limit, 0, seconds)]),
            RateLimitDialect.EAccounting => Json(HttpStatusCode.TooManyRequests, new JsonObject
            {
                ["ErrorCode"] = 4010,
                ["DeveloperErrorMessage"] = string.Create(CultureInfo.InvariantCulture, $"Rate limit is exceeded. Try again in {seconds} seconds."),
                ["ErrorId"] = Guid.NewGuid().ToString(),
            }),
            RateLimitDialect.Dinero => Status(HttpStatusCode.TooManyRequests, "API calls quota exceeded!", "text/plain"),
            RateLimitDialect.BusinessNxt => Status(HttpStatusCode.TooManyRequests, contentType: "text/plain"),
            _ => Status(HttpStatusCode.TooManyRequests, headers: retryAfter),
        };
    }

    /// <summary>
    /// The reply of Business NXT to one call too many at once for a company: status 200, with the error <c>OUTSTANDING_LIMIT_EXCEEDED</c>.
    /// </summary>
    /// <returns>The reply.</returns>
    public static FakeReply OutstandingLimit() => Json(HttpStatusCode.OK, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject
        {
            ["message"] = "The limit of outstanding requests is exceeded.",
            ["extensions"] = new JsonObject { ["code"] = "OUTSTANDING_LIMIT_EXCEEDED" },
        }),
        ["data"] = null,
    });

    /// <summary>A redirect.</summary>
    /// <param name="location">The target, absolute or relative.</param>
    /// <param name="status">The status. Default: 307.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Redirect(string location, HttpStatusCode status = HttpStatusCode.TemporaryRedirect) =>
        Status(status, headers: ("Location", location));

    /// <summary>A reply whose body is 100 bytes shorter than its <c>Content-Length</c>.</summary>
    /// <param name="body">The part that arrives.</param>
    /// <param name="status">The status. Default: 200.</param>
    /// <returns>The reply.</returns>
    public static FakeReply CutShort(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status, "application/json", [], Encoding.UTF8.GetBytes(body), missing: 100);

    /// <summary>A reply with a status and a JSON body.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">More headers.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Json(HttpStatusCode status, JsonNode body, params IEnumerable<(string Name, string Value)> headers)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Status(status, body.ToJsonString(), headers: headers);
    }

    /// <summary>The reply of an API that does not accept the token, with a <c>WWW-Authenticate</c> header (RFC 6750 section 3).</summary>
    /// <param name="status">The status: 401 or 403.</param>
    /// <param name="error">The error code, such as <c>invalid_token</c>.</param>
    /// <param name="scope">The missing scope. Default: none.</param>
    /// <returns>The reply.</returns>
    public static FakeReply Challenge(HttpStatusCode status, string error, string? scope = null) => Status(
        status,
        headers: ("WWW-Authenticate", string.Create(CultureInfo.InvariantCulture, $"Bearer error=\"{error}\"{(scope is null ? "" : $", scope=\"{scope}\"")}")));

    /// <summary>The same reply, of which only the first bytes of the body arrive.</summary>
    internal FakeReply CutAfter(int bytes)
    {
        int arriving = Math.Clamp(bytes, 0, _body.Length);
        return new FakeReply(Code, _contentType, _headers, _body[..arriving], Math.Max(1, _body.Length - arriving));
    }

    /// <summary>The same reply, whose connection stays open after the body, until the pause is released.</summary>
    internal FakeReply StalledBy(FakePause stall) => new(Code, _contentType, _headers, _body, _missing, stall);

    /// <summary>The same reply, which ends after a member of the JSON object.</summary>
    internal FakeReply CutAfter(string member)
    {
        Utf8JsonReader reader = new(_body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(member))
            {
                reader.Skip();
                return CutAfter((int)reader.BytesConsumed);
            }
        }

        return CutAfter(0);
    }

    /// <summary>The headers of every response of Visma.net ERP.</summary>
    internal static IEnumerable<(string Name, string Value)> RateLimitHeaders(int limit, int remaining, int reset) =>
    [
        ("X-RateLimit-Limit", limit.ToString(CultureInfo.InvariantCulture)),
        ("X-RateLimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture)),
        ("X-RateLimit-Reset", reset.ToString(CultureInfo.InvariantCulture)),
        ("X-RateLimit-Policy", "4-fixed-window"),
    ];

    /// <summary>The same reply with more headers.</summary>
    internal FakeReply With(IEnumerable<(string Name, string Value)> headers) => new(Code, _contentType, [.. _headers, .. headers], _body, _missing, _stall);

    /// <summary>The same reply with a changed JSON object.</summary>
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

        if (_stall is not null)
        {
            await context.Response.Body.WriteAsync(_body).ConfigureAwait(false);
            await context.Response.Body.FlushAsync().ConfigureAwait(false);
            await _stall.HoldAsync(context.RequestAborted).ConfigureAwait(false);
            context.Abort();
            return;
        }

        if (_missing > 0)
        {
            // When the body is shorter than its length, Kestrel sends the body and closes the connection.
            context.Response.ContentLength = _body.Length + _missing;
            await context.Response.StartAsync().ConfigureAwait(false);
        }

        await context.Response.Body.WriteAsync(_body).ConfigureAwait(false);
    }
}
