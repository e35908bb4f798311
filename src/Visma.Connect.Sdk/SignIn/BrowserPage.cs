using System.Globalization;
using System.Net;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>
/// The page that the browser shows: one sentence. It contains nothing of the request, and loads nothing from another address (RFC 8252 section 8.10).
/// </summary>
internal sealed class BrowserPage
{
    private readonly string _text;
    private readonly string? _allow;

    private BrowserPage(HttpStatusCode status, string text, string? allow = null)
    {
        Status = status;
        _text = text;
        _allow = allow;
    }

    public static BrowserPage AnsweredAlready => new(HttpStatusCode.Conflict, "This sign-in has already been answered. The program shows its result.");

    public HttpStatusCode Status { get; }

    public static BrowserPage Of(string text) => new(HttpStatusCode.OK, text);

    public static BrowserPage Refusal(HttpStatusCode status, string? allow = null) =>
        new(status, "A program waits at this address for the end of a sign-in, and this request is something else.", allow);

    public byte[] ToBytes()
    {
        byte[] body = Encoding.UTF8.GetBytes(
            $"""
            <!DOCTYPE html>
            <html>
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
            <title>Visma</title></head>
            <body><p>{WebUtility.HtmlEncode(_text)}</p></body>
            </html>

            """);
        // The address of this page contains the code, so the page must not be cached, and must not send its address as referrer (RFC 9700 section 4.2).
        string[] head =
        [
            // The text after the status code is optional (RFC 9112 section 4).
            string.Format(CultureInfo.InvariantCulture, "HTTP/1.1 {0:d} ", Status),
            "Content-Type: text/html; charset=utf-8",
            string.Format(CultureInfo.InvariantCulture, "Content-Length: {0}", body.Length),
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            .. _allow is null ? (string[])[] : ["Allow: " + _allow],
            "Connection: close",
            "",
            "",
        ];
        return [.. Encoding.ASCII.GetBytes(string.Join("\r\n", head)), .. body];
    }
}
