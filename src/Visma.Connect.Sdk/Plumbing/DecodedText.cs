using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk;

/// <summary>What a text can mean to a reader who decodes it, up to three times: percent encoding, HTML, escapes of JSON, base64, hexadecimal.</summary>
internal static class DecodedText
{
    private const int Depth = 3;
    private const int MostViews = 60;

    // With both cases in words: to a comparison that ignores case, the Kelvin sign is a 'k'. Without a time limit: each character is looked at a few
    // times at most, and a process that is suspended for a moment must not fail to read a reply.
    private static readonly Regex Percent = new("%[uU]([0-9a-fA-F]{4})");
    private static readonly Regex Escape = new(@"\\(?:[uU]([0-9a-fA-F]{4})|[xX]([0-9a-fA-F]{2})|(.))");
    private static readonly Regex Base64Run = new("[a-zA-Z0-9+/_-]{6,}");
    private static readonly Regex HexRun = new("(?:[0-9a-fA-F]{2}[ :-]?){4,}");

    private static readonly Func<string, string>[] Decoders =
    [
        FromPercent, text => text.Replace('+', ' '), WebUtility.HtmlDecode, FromEscapes, FromBase64, FromHex, WithoutGaps,
    ];

    /// <summary>The decoded texts, without the text itself.</summary>
    public static IReadOnlyCollection<string> Of(string text)
    {
        HashSet<string> views = new(StringComparer.Ordinal) { text };
        List<string> last = [text];
        for (int depth = 0; depth < Depth && last.Count > 0; depth++)
        {
            List<string> next = [];
            foreach (string decoded in last.SelectMany(view => Decoders.Select(decode => decode(view))))
            {
                if (decoded.Length > 0 && views.Count < MostViews && views.Add(decoded))
                {
                    next.Add(decoded);
                }
            }

            last = next;
        }

        views.Remove(text);
        return views;
    }

    // '%u00e9' is no standard, and is seen all the same.
    private static string FromPercent(string text) =>
        Percent.Replace(WebUtility.UrlDecode(text.Replace("+", "%2B")), found => CharacterOf(found.Groups[1].Value));

    private static string FromEscapes(string text) => Escape.Replace(text, found =>
        found.Groups[3].Success ? found.Groups[3].Value : CharacterOf(found.Groups[1].Success ? found.Groups[1].Value : found.Groups[2].Value));

    private static string FromBase64(string text)
    {
        StringBuilder decoded = new();
        foreach (Match found in Base64Run.Matches(text))
        {
            string standard = found.Value.Replace('-', '+').Replace('_', '/');
            // A part that is cut short at its beginning begins anywhere.
            for (int skipped = 0; skipped < 4; skipped++)
            {
                int length = (standard.Length - skipped) / 4 * 4;
                string whole = standard.Substring(skipped, length);
                string rest = standard.Substring(skipped + length);
                decoded.Append(TextOf(Convert.FromBase64String(rest.Length < 2 ? whole : whole + rest.PadRight(4, '=')))).Append('\n');
            }
        }

        return decoded.ToString();
    }

    private static string FromHex(string text)
    {
        StringBuilder decoded = new();
        foreach (Match found in HexRun.Matches(text))
        {
            string digits = string.Concat(found.Value.Where(Uri.IsHexDigit));
            decoded.Append(TextOf([.. Enumerable.Range(0, digits.Length / 2).Select(at => (byte)NumberOf(digits.Substring(2 * at, 2)))])).Append('\n');
        }

        return decoded.ToString();
    }

    // A server can break a long line, or put invisible characters into it.
    private static string WithoutGaps(string text) => string.Concat(text.Where(character =>
        !char.IsWhiteSpace(character) && !char.IsControl(character) && char.GetUnicodeCategory(character) != UnicodeCategory.Format));

    private static string CharacterOf(string hex) => ((char)NumberOf(hex)).ToString();

    private static int NumberOf(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
