using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Visma.Connect.Sdk;

/// <summary>What the answers of the sign-out endpoints have in common.</summary>
internal static class SignOutAnswers
{
    /// <summary>Sets a status. The answer is stored nowhere, names no referrer, and no middleware adds a page to it.</summary>
    public static void Begin(HttpContext context, int status)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>The only value of a parameter. Null if it is missing or empty, or occurs twice.</summary>
    public static string? Single(StringValues values) => values is [{ } only] && !string.IsNullOrWhiteSpace(only) ? only : null;
}
