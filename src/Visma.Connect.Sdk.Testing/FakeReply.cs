using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk.Testing;

/// <summary>An answer that a <see cref="FakeEndpoint"/> is told to give instead of its own.</summary>
public sealed class FakeReply
{
    private readonly Func<HttpContext, Task> _write;

    private FakeReply(Func<HttpContext, Task> write) => _write = write;

    /// <summary>Closes the connection without an answer.</summary>
    public static FakeReply Drop { get; } = new(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>A status, with a body as it is.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="headers">Further headers.</param>
    public static FakeReply Status(
        HttpStatusCode status,
        string body = "",
        string contentType = "application/json",
        params IEnumerable<(string Name, string Value)> headers) => new(async context =>
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = contentType;
        foreach ((string name, string value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).ConfigureAwait(false);
    });

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
    public static FakeReply CutShort(string body, HttpStatusCode status = HttpStatusCode.OK) => new(async context =>
    {
        byte[] part = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentLength = part.Length + 100;
        await context.Response.Body.WriteAsync(part).ConfigureAwait(false);
        await context.Response.Body.FlushAsync().ConfigureAwait(false);
        context.Abort();
    });

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

    internal Task WriteAsync(HttpContext context) => _write(context);
}
