using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Visma.Connect.Sdk;

/// <summary>Answers the deliveries at one webhook endpoint: body, signature, content, and then the handler. No answer has a body.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WebhookEndpoint(
    WebhookSecrets secrets,
    WebhookHandling handling,
    int maxBodySize,
    string pattern,
    TimeProvider time,
    ILogger logger)
{
    // Everybody can send wrong signatures, and must not fill the log.
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    // What an application may log together with an event, and must not contain.
    private static readonly string[] Hidden =
    [
        HeaderNames.Authorization, HeaderNames.ProxyAuthorization, HeaderNames.Cookie, WebhookReader.SignatureHeader,
    ];

    private long _warnedAt = long.MinValue;

    public async Task AnswerAsync(HttpContext context)
    {
        // A middleware for status codes would write a body.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        WebhookAnswer answer = await AnswerOfAsync(context.Request).ConfigureAwait(false);
        context.Response.StatusCode = answer.Status;
        if (answer.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
    }

    private async Task<WebhookAnswer> AnswerOfAsync(HttpRequest request)
    {
        (byte[] body, int refusal) = await WebhookBody.ReadAsync(request, maxBodySize).ConfigureAwait(false);
        if (refusal != 0)
        {
            WebhookLog.Refused(logger, pattern, refusal);
            return new WebhookAnswer(refusal);
        }

        // With two of them, it would be open which one counts.
        StringValues signatures = request.Headers[WebhookReader.SignatureHeader];
        WebhookEvent? received;
        try
        {
            received = signatures.Count == 1 ? secrets.Reader.Read(body, signatures[0], HeadersOf(request)) : null;
        }
        catch (VismaConnectException)
        {
            WebhookLog.NotJson(logger, pattern);
            return new WebhookAnswer(StatusCodes.Status400BadRequest);
        }

        if (received is null)
        {
            LogForeign(signatures.Count > 0);
            return new WebhookAnswer(StatusCodes.Status401Unauthorized);
        }

        if (received.HasContradictingTenant)
        {
            WebhookLog.ContradictingTenant(logger, pattern, received.Id);
            return new WebhookAnswer(StatusCodes.Status400BadRequest);
        }

        return await handling.HandleAsync(received).ConfigureAwait(false);
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpRequest request) => request.Headers
        .Where(header => !Hidden.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        .Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));

    // A request without a signature is somebody who tries addresses. A wrong signature can also mean that a secret is wrong.
    private void LogForeign(bool hasSignature)
    {
        long now = time.GetTimestamp();
        long before = Interlocked.Read(ref _warnedAt);
        bool isDue = before == long.MinValue || time.GetElapsedTime(before, now) >= BetweenWarnings;
        if (hasSignature && isDue && Interlocked.CompareExchange(ref _warnedAt, now, before) == before)
        {
            WebhookLog.WrongSignature(logger, pattern);
        }
        else
        {
            WebhookLog.Refused(logger, pattern, StatusCodes.Status401Unauthorized);
        }
    }
}
