using System.Globalization;
using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>A request that arrived at the port. It is parsed strictly: browsers send valid requests.</summary>
internal sealed class BrowserRequest
{
    private const string Version = "HTTP/1.1";

    private BrowserRequest()
    {
    }

    public static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>The status code for a request that cannot be read; null if it can be read.</summary>
    public HttpStatusCode? Fault { get; private set; }

    public string Method { get; private set; } = "";

    public string Path { get; private set; } = "";

    public string Query { get; private set; } = "";

    public string? Host { get; private set; }

    public string? ContentType { get; private set; }

    public long ContentLength { get; private set; }

    public string Body { get; set; } = "";

    public static BrowserRequest Unreadable(HttpStatusCode fault) => new() { Fault = fault };

    /// <summary>Parses the request line and the headers, without the empty line at their end.</summary>
    public static BrowserRequest Parse(string head)
    {
        string[] lines = head.Split(["\r\n"], StringSplitOptions.None);
        BrowserRequest request = new();
        request.Fault = lines.Any(HoldsControls) ? HttpStatusCode.BadRequest : request.ReadRequestLine(lines[0]) ?? request.ReadHeaders(lines.Skip(1));
        return request.Fault is { } fault ? Unreadable(fault) : request;
    }

    private static bool HoldsControls(string line) => line.Any(character => char.IsControl(character) && character is not '\t' and < '\u0080');

    private HttpStatusCode? ReadRequestLine(string line)
    {
        string[] words = line.Split(' ');
        if (words.Length != 3 || words[2] != Version)
        {
            return HttpStatusCode.BadRequest;
        }

        string target = words[1];
        if (target.Length == 0 || target[0] != '/' || target.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return HttpStatusCode.BadRequest;
        }

        int query = target.IndexOf('?');
        Method = words[0];
        Path = query < 0 ? target : target.Substring(0, query);
        Query = query < 0 ? "" : target.Substring(query + 1);
        return null;
    }

    private HttpStatusCode? ReadHeaders(IEnumerable<string> lines)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':');
            string name = colon < 0 ? "" : line.Substring(0, colon);
            if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return HttpStatusCode.BadRequest;
            }

            // A proxy and this program could each use another one of two headers (request smuggling, RFC 9112 section 11.2).
            bool isRepeated = headers.ContainsKey(name);
            if (isRepeated && name.ToUpperInvariant() is "HOST" or "CONTENT-LENGTH" or "CONTENT-TYPE")
            {
                return HttpStatusCode.BadRequest;
            }

            headers[name] = line.Substring(colon + 1).Trim(' ', '\t');
        }

        if (headers.ContainsKey("Transfer-Encoding"))
        {
            return HttpStatusCode.LengthRequired;
        }

        Host = Get(headers, "Host");
        ContentType = Get(headers, "Content-Type");
        if (Get(headers, "Content-Length") is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            return HttpStatusCode.BadRequest;
        }

        ContentLength = length;
        return null;
    }

    private static string? Get(Dictionary<string, string> headers, string name) => headers.TryGetValue(name, out string? value) ? value : null;
}
