namespace CompanyPortal;

/// <summary>Headers of every answer that has not set its own: no scripts, no frames, no copies in caches.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            // After the sign-in, a browser can be sent on to Visma. Chromium would refuse that, because form-action counts for redirects, too.
            bool isSignIn = context.Request.Path.StartsWithSegments("/sign-in");
            headers.TryAdd("Content-Security-Policy", isSignIn ? Policy : $"{Policy}; form-action 'self'");
            headers.TryAdd("Referrer-Policy", "no-referrer");
            headers.TryAdd("X-Content-Type-Options", "nosniff");
            if (context.User.Identity is { IsAuthenticated: true })
            {
                headers.TryAdd("Cache-Control", "no-store");
            }

            return Task.CompletedTask;
        });
        return next(context);
    }
}
