using System.Net;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Reads one HTTP/1.1 request (RFC 9112) up to a maximum length. Only supports what a callback needs.</summary>
internal static class BrowserRequestReader
{
    public const int LongestBody = 64 * 1024;

    // Long enough for cookies: a browser sends the cookies of every program that has ever listened on this host.
    private const int LongestHead = 32 * 1024;
    private const HttpStatusCode HeadTooLong = (HttpStatusCode)431;

    /// <returns>The request; null if the browser closed the socket before the request was complete.</returns>
    public static async Task<BrowserRequest?> ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[LongestHead];
        int length = 0;
        int head;
        while ((head = HeadIn(buffer, length)) < 0)
        {
            if (length == buffer.Length)
            {
                return BrowserRequest.Unreadable(HeadTooLong);
            }

            int read = await stream.ReadAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        // One character for each byte, so that the parser can find bytes that are not ASCII.
        BrowserRequest request = BrowserRequest.Parse(Encoding.GetEncoding("ISO-8859-1").GetString(buffer, 0, head));
        if (request.ContentLength > LongestBody)
        {
            return BrowserRequest.Unreadable(HttpStatusCode.RequestEntityTooLarge);
        }

        byte[] body = new byte[request.ContentLength];
        int filled = Math.Min(body.Length, length - head - BrowserRequest.EndOfHead.Length);
        Array.Copy(buffer, head + BrowserRequest.EndOfHead.Length, body, 0, filled);
        while (filled < body.Length)
        {
            int read = await stream.ReadAsync(new ArraySegment<byte>(body, filled, body.Length - filled), CancellationToken.None).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            filled += read;
        }

        request.Body = Encoding.UTF8.GetString(body);
        return request;
    }

    private static int HeadIn(byte[] buffer, int length) => buffer.AsSpan(0, length).IndexOf(BrowserRequest.EndOfHead);
}
