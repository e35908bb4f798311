using System.Globalization;
using System.Net;

namespace Visma.Connect.Sdk.Fuzz;

/// <summary>An HTTP reply as one text: the status, a line for each header, an empty line, the body. Any text is a reply.</summary>
public static class RawReply
{
    public const string Json = "Content-Type: application/json;charset=UTF-8";

    public static HttpResponseMessage Parse(string text, Func<byte[], HttpContent>? content = null)
    {
        (string head, string body) = SplitAt(text, "\n\n");
        (string status, string headers) = SplitAt(head, "\n");
        HttpResponseMessage response = new((HttpStatusCode)(int.TryParse(status, CultureInfo.InvariantCulture, out int code) && code is >= 0 and <= 999 ? code : 200));
        byte[] bytes = TextBytes.Of(body);
        response.Content = content is null ? new ByteArrayContent(bytes) : content(bytes);
        foreach ((string name, string value) in Headers(headers))
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    public static IEnumerable<(string Name, string Value)> Headers(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            (string name, string value) = SplitAt(line, ":");
            if (name.Length > 0)
            {
                yield return (name, value.Trim(' '));
            }
        }
    }

    public static (string Before, string After) SplitAt(string text, string separator)
    {
        int at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + separator.Length)..]);
    }
}
