using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>The request that a redirect asks for (RFC 9110 section 15.4).</summary>
internal static class Redirect
{
    private const string Answered = "Visma.Connect.Sdk.Answered";

    /// <summary>Marks a request that a redirect with another method has answered: it was processed, whatever happens to the next hop.</summary>
    public static void MarkAnswered(HttpRequestMessage request) => RequestProperties.Set(request, Answered, Answered);

    public static bool HasAnswered(HttpRequestMessage request) => RequestProperties.Get(request, Answered) is not null;

    /// <summary>The address that a response redirects to; null if it does not redirect.</summary>
    public static Uri? Target(HttpRequestMessage sent, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (300 or 301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
        {
            return null;
        }

        Uri from = sent.RequestUri!;
        // An invalid address cannot be followed. The caller gets the response, as with a redirect to another origin.
        return Uri.TryCreate(from, location, out Uri? target) && target.IsAbsoluteUri && target.Host.Length > 0 ? target : null;
    }

    /// <summary>
    /// The request to send next. It is a new message, so that a resend of the first one starts at the original address. Null if its body
    /// cannot be sent again, as it must be.
    /// </summary>
    public static async Task<HttpRequestMessage?> NextAsync(HttpRequestMessage sent, HttpResponseMessage response, Uri target)
    {
        bool becomesGet = BecomesGet(sent.Method, response.StatusCode);
        if (!becomesGet && !await Resend.IsPossibleAsync(sent.Content).ConfigureAwait(false))
        {
            return null;
        }

        return Next(sent, target, becomesGet);
    }

    /// <summary>The same without a wait. The body of a stream is not sent again, because reading the stream may block.</summary>
    public static HttpRequestMessage? Next(HttpRequestMessage sent, HttpResponseMessage response, Uri target)
    {
        bool becomesGet = BecomesGet(sent.Method, response.StatusCode);
        return becomesGet || sent.Content is null or ByteArrayContent ? Next(sent, target, becomesGet) : null;
    }

    private static HttpRequestMessage Next(HttpRequestMessage sent, Uri target, bool becomesGet)
    {
        HttpRequestMessage next = new(becomesGet ? HttpMethod.Get : sent.Method, target)
        {
            Version = MessageInFlight.WithoutMark(sent.Version),
            Content = becomesGet ? null : sent.Content,
        };
        bool sameOrigin = ApiOrigins.OriginOf(target) == ApiOrigins.OriginOf(sent.RequestUri!);
        foreach ((string name, IEnumerable<string> values) in sent.Headers)
        {
            if (sameOrigin || !IsForOneOrigin(name))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }

        if (next.Content is null)
        {
            // Both headers are about a body.
            next.Headers.TransferEncodingChunked = null;
            next.Headers.ExpectContinue = null;
        }

        RequestProperties.Copy(sent, next);
        return next;
    }

    // An Authorization header that is found here was set by the caller, for the caller's origin. Our own is attached again for each hop.
    private static bool IsForOneOrigin(string header) =>
        string.Equals(header, "Host", StringComparison.OrdinalIgnoreCase) || string.Equals(header, "Authorization", StringComparison.OrdinalIgnoreCase);

    // As in browsers and HttpClient: 303 always, 301 and 302 for POST, 307 and 308 never.
    private static bool BecomesGet(HttpMethod method, HttpStatusCode status) => (int)status switch
    {
        303 => method != HttpMethod.Get && method != HttpMethod.Head,
        300 or 301 or 302 => method == HttpMethod.Post,
        _ => false,
    };
}
