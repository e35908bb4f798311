using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>What a redirect asks for next (RFC 9110 section 15.4).</summary>
internal static class Redirect
{
    /// <summary>The address a reply redirects to; null when it is no redirect.</summary>
    public static Uri? Target(HttpRequestMessage sent, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (300 or 301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
        {
            return null;
        }

        Uri from = sent.RequestUri!;
        // What is no address cannot be followed; it is handed back like a redirect elsewhere.
        return Uri.TryCreate(from, location, out Uri? target) && target.IsAbsoluteUri && target.Host.Length > 0 ? target : null;
    }

    /// <summary>
    /// The request to send next, a message of its own: the first one stays as it was, so that a resend starts at the original address.
    /// Null when its body would have to be sent again and cannot be.
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

    /// <summary>The same without waiting: a stream is not looked into, so its body is not sent again.</summary>
    public static HttpRequestMessage? Next(HttpRequestMessage sent, HttpResponseMessage response, Uri target)
    {
        bool becomesGet = BecomesGet(sent.Method, response.StatusCode);
        return becomesGet || sent.Content is null or ByteArrayContent ? Next(sent, target, becomesGet) : null;
    }

    private static HttpRequestMessage Next(HttpRequestMessage sent, Uri target, bool becomesGet)
    {
        HttpRequestMessage next = new(becomesGet ? HttpMethod.Get : sent.Method, target)
        {
            Version = sent.Version,
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
            // Both speak of a body.
            next.Headers.TransferEncodingChunked = null;
            next.Headers.ExpectContinue = null;
        }

        RequestProperties.Copy(sent, next);
        return next;
    }

    // A header Authorization that is found here is the caller's own, meant for where the caller sent it; ours is attached anew per hop.
    private static bool IsForOneOrigin(string header) =>
        string.Equals(header, "Host", StringComparison.OrdinalIgnoreCase) || string.Equals(header, "Authorization", StringComparison.OrdinalIgnoreCase);

    // As browsers and HttpClient have it: 303 always, 301 and 302 for POST, 307 and 308 never.
    private static bool BecomesGet(HttpMethod method, HttpStatusCode status) => (int)status switch
    {
        303 => method != HttpMethod.Get && method != HttpMethod.Head,
        300 or 301 or 302 => method == HttpMethod.Post,
        _ => false,
    };
}
