using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk;

/// <summary>Recognises the response of an API that has refused a call because of its limits.</summary>
internal static class RefusalReader
{
    private const int MostBytes = 64 * 1024;

    // The longest window that Visma documents. A wrong header must not stop a company for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    // "Try again in 55 seconds" (https://developer.vismaonline.com/docs/rate-limits-copy, read November 2026).
    private static readonly Regex Seconds = new(@"\b(\d{1,4})\s*s(ec|ek)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LongestSearch);

    /// <summary>Returns the refusal; null if the response is an answer. A body that is read stays readable.</summary>
    public static ValueTask<Refusal?> ReadAsync(
        RateLimitDialect dialect,
        HttpResponseMessage response,
        RateLimit? reading,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode == 429)
        {
            return ReadTooManyAsync(dialect, response, reading, now, cancellationToken);
        }

        return dialect == RateLimitDialect.BusinessNxt && response.StatusCode == HttpStatusCode.OK && IsJson(response)
            ? ReadGraphQlAsync(response, cancellationToken)
            : default;
    }

    private static async ValueTask<Refusal?> ReadTooManyAsync(
        RateLimitDialect dialect,
        HttpResponseMessage response,
        RateLimit? reading,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (RetryAfter.From(response.Headers, now, Longest) is { } asked)
        {
            return new Refusal(asked);
        }

        if (dialect == RateLimitDialect.EAccounting)
        {
            return new Refusal(SecondsIn(await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false)));
        }

        return new Refusal(reading is { Remaining: 0, Reset: { } reset } ? (reset < Longest ? reset : Longest) : null);
    }

    private static async ValueTask<Refusal?> ReadGraphQlAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // A longer reply has data, so the query was processed.
        ReadOnlyMemory<byte> body = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
        return body.Length < MostBytes && OutstandingLimit.IsExceeded(body) ? new Refusal(Wait: null, IsAtOnce: true) : null;
    }

    // HttpClient reports a broken body with the same type.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await PeekedBody.ReadAsync(response, MostBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            throw new HttpRequestException("The body of the response could not be read.", NetworkFailure.WithoutReply(broken));
        }
    }

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content?.Headers.ContentType?.MediaType?.IndexOf("json", StringComparison.OrdinalIgnoreCase) >= 0
        && !(response.Content.Headers.ContentLength >= MostBytes);

    private static TimeSpan? SecondsIn(ReadOnlyMemory<byte> body)
    {
        byte[] text = body.ToArray();
        Match match = Seconds.Match(Encoding.UTF8.GetString(text, 0, text.Length));
        return match.Success && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds))
            : null;
    }
}
