using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>
/// The cookies in which a browser keeps its attempts, one for each, so that two tabs do not disturb each other, and the response on its way to its
/// completion. Their number and size are bounded, because a server refuses a request whose cookies are too long.
/// </summary>
/// <remarks>The prefix <c>__Host-</c> makes the browser refuse a cookie of the name that another host, or plain http, sets.</remarks>
internal sealed class AttemptCookies(IDataProtectionProvider protection, TimeProvider time, EndpointLogger logger)
{
    /// <summary>The names of the cookies of attempts begin with it.</summary>
    public const string AttemptPrefix = "__Host-visma.";

    /// <summary>The names of the cookies of responses begin with it.</summary>
    public const string ResponsePrefix = "__Host-visma-response.";

    /// <summary>How many attempts a browser keeps; the oldest is removed for the next one.</summary>
    public const int MostAttempts = 4;

    // Browsers store at most 4,096 bytes of name and value. All cookies go into one header, for which proxies commonly have 8 KiB.
    private const int LongestCookie = 3800;
    private const int LongestTogether = 6000;

    private readonly Sealed<PendingAttempt> _attempts = new(protection, "attempt to connect", ConnectJsonContext.Short.PendingAttempt);
    private readonly Sealed<ReceivedResponse> _responses = new(protection, "authorization response", ConnectJsonContext.Short.ReceivedResponse);

    /// <summary>Returns the attempt of this browser, also after its lifetime; null if this browser has none of this identifier.</summary>
    public PendingAttempt? Find(HttpContext context, string id)
    {
        if (!context.Request.Cookies.TryGetValue(AttemptPrefix + id, out string? text) || string.IsNullOrEmpty(text))
        {
            return null;
        }

        PendingAttempt? attempt = _attempts.Open(text);
        if (attempt is null)
        {
            ConnectLog.UnreadableCookie(logger);
        }

        // A genuine value under another name is not the attempt of this state.
        return attempt?.Id == id ? attempt : null;
    }

    /// <summary>Stores a new attempt, and removes the oldest ones if there are too many.</summary>
    /// <returns>False if the attempt is too long for a cookie. Nothing is stored.</returns>
    public bool TryAdd(HttpContext context, PendingAttempt attempt)
    {
        string text = _attempts.Seal(attempt);
        if (text.Length > LongestCookie)
        {
            return false;
        }

        int count = 1;
        int together = text.Length;
        foreach ((string name, string old) in Known(context))
        {
            count++;
            together += old.Length;
            if (count > MostAttempts || together > LongestTogether)
            {
                Delete(context, name, SameSiteMode.Lax);
            }
        }

        Append(context, AttemptPrefix + attempt.Id, text, SameSiteOf(attempt), PendingAttempt.Lifetime);
        return true;
    }

    /// <summary>Stores how an attempt ended, in place of its secrets, and removes its response.</summary>
    public void End(HttpContext context, PendingAttempt ended)
    {
        Append(context, AttemptPrefix + ended.Id, _attempts.Seal(ended), SameSiteOf(ended), PendingAttempt.LifetimeOfOutcome);
        Delete(context, ResponsePrefix + ended.Id, SameSiteMode.Lax);
    }

    /// <summary>Stores the response of an attempt.</summary>
    /// <returns>False if the response is too long for a cookie. Nothing is stored.</returns>
    public bool TryAddResponse(HttpContext context, string id, string query)
    {
        string text = _responses.Seal(new ReceivedResponse { Query = query, ReceivedAt = time.GetUtcNow() });
        if (text.Length > LongestCookie)
        {
            return false;
        }

        // Lax: only the browser's next request has to send it, which is a GET.
        Append(context, ResponsePrefix + id, text, SameSiteMode.Lax, ReceivedResponse.Lifetime);
        return true;
    }

    /// <summary>Returns the response of an attempt. Null if there is none, or if it is too old.</summary>
    public AuthorizationResponse? FindResponse(HttpContext context, string id) =>
        context.Request.Cookies.TryGetValue(ResponsePrefix + id, out string? text)
            && !string.IsNullOrEmpty(text)
            && _responses.Open(text) is { } response
            && time.GetUtcNow() - response.ReceivedAt <= ReceivedResponse.Lifetime
            ? AuthorizationResponse.FromQuery(response.Query)
            : null;

    // A response that is posted from the identity server is a cross-site POST, with which a browser sends only SameSite=None.
    private static SameSiteMode SameSiteOf(PendingAttempt attempt) => attempt.IsFormPost ? SameSiteMode.None : SameSiteMode.Lax;

    private static void Append(HttpContext context, string name, string value, SameSiteMode sameSite, TimeSpan lifetime)
    {
        CookieOptions options = OptionsFor(sameSite);
        options.MaxAge = lifetime;
        context.Response.Cookies.Append(name, value, options);
    }

    private static void Delete(HttpContext context, string name, SameSiteMode sameSite) => context.Response.Cookies.Delete(name, OptionsFor(sameSite));

    private static CookieOptions OptionsFor(SameSiteMode sameSite) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = true,
        SameSite = sameSite,
        IsEssential = true,
    };

    // Newest first. Those that cannot be read or have expired come last, and are the first to be removed.
    private IEnumerable<(string Name, string Value)> Known(HttpContext context) => context.Request.Cookies
        .Where(cookie => cookie.Key.StartsWith(AttemptPrefix, StringComparison.Ordinal))
        .Select(cookie => (cookie.Key, cookie.Value, Attempt: _attempts.Open(cookie.Value)))
        .OrderByDescending(cookie => cookie.Attempt?.BeganAt ?? DateTimeOffset.MinValue)
        .Select(cookie => (cookie.Key, cookie.Value));
}
