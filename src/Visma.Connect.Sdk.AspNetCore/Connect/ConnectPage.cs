using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Visma.Connect.Sdk;

/// <summary>A built-in page: plain HTML without a script, that works on every screen and with a screen reader.</summary>
internal sealed record ConnectPage(string ApplicationName, string Heading, string Message)
{
    private const string Style = """
        html{color-scheme:light}
        body{margin:0;background:#eef2f5;color:#16232d;font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{box-sizing:border-box;max-width:34rem;margin:12vh auto 2rem;padding:2rem 2.25rem 2.25rem}
        main{background:#fff;border:1px solid #d3dde4;border-radius:.75rem}
        .app{margin:0 0 1.25rem;color:#4a5b67;font-size:.9375rem;overflow-wrap:anywhere}
        h1{margin:0 0 .75rem;font-size:1.625rem;line-height:1.25}
        p{margin:0 0 1rem;overflow-wrap:anywhere}
        .detail{padding:.75rem 1rem;background:#eef2f5;border-radius:.5rem;font-weight:600}
        .action{margin:1.5rem 0 0}
        .action+.action{margin-top:.75rem}
        .button{display:inline-block;box-sizing:border-box;padding:.7rem 1.4rem;border:1px solid #0b5cad;border-radius:.5rem}
        .button{background:#0b5cad;color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
        .button:hover{background:#084a8c}
        .plain{background:#fff;color:#0b5cad}
        .plain:hover{background:#eef2f5}
        .button:focus-visible{outline:3px solid #16232d;outline-offset:3px}
        @media(max-width:30rem){main{margin:0;min-height:100vh;padding:1.5rem 1.25rem;border:0;border-radius:0}.button{width:100%;text-align:center}}
        """;

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>One text in a box, for example the connected company.</summary>
    public string? Detail { get; init; }

    public (string Text, string Address)? Link { get; init; }

    public (string Text, string Address)? SecondLink { get; init; }

    /// <summary>A button that posts one hidden field.</summary>
    public (string Text, string Address, string Name, string Value)? Form { get; init; }

    public static async Task WriteAsync(HttpContext context, int status, ConnectPage page)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        // A browser applies form-action to the redirects of a posted form too, and where Visma redirects to is not known: a page with a form has none.
        response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; frame-ancestors 'none'"
            + (page.Form is null ? "; form-action 'none'" : "");
        response.Headers.XFrameOptions = "DENY";
        await response.WriteAsync(page.ToHtml(), context.RequestAborted).ConfigureAwait(false);
    }

    private string ToHtml()
    {
        StringBuilder html = new($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(Heading)} - {Encode(ApplicationName)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <p class="app">{Encode(ApplicationName)}</p>
            <h1>{Encode(Heading)}</h1>
            <p>{Encode(Message)}</p>

            """);
        AppendIf(html, Detail is not null, $"<p class=\"detail\">{Encode(Detail)}</p>");
        AppendIf(
            html,
            Form is not null,
            $"<form class=\"action\" method=\"post\" action=\"{Encode(Form?.Address)}\">"
                + $"<input type=\"hidden\" name=\"{Encode(Form?.Name)}\" value=\"{Encode(Form?.Value)}\">"
                + $"<button class=\"button\">{Encode(Form?.Text)}</button></form>");
        AppendIf(html, Link is not null, ButtonTo(Link, "button"));
        AppendIf(html, SecondLink is not null, ButtonTo(SecondLink, "button plain"));
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string ButtonTo((string Text, string Address)? link, string look) =>
        $"<p class=\"action\"><a class=\"{look}\" href=\"{Encode(link?.Address)}\">{Encode(link?.Text)}</a></p>";

    private static void AppendIf(StringBuilder html, bool isPresent, string element)
    {
        if (isPresent)
        {
            html.Append(element).Append('\n');
        }
    }

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
