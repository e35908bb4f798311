namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>Texts that parsers have stumbled over.</summary>
public static class SpecialTexts
{
    public static IReadOnlyList<string> All { get; } =
    [
        "", " ", "\0", "\t", "\r", "\n", "\r\n", "\r\n\r\n", "\"", "\"\"", "'", "\\", "\\\"", "/", "<", "<html>", "</", "&", "=", "?", "#", "%", "+", ";", ",", ":", ".",
        "{", "}", "{}", "[", "]", "[]", "[{}]", "null", "true", "false", "NaN", "Infinity",
        "0", "-0", "-1", "1e400", "1e-400", "-1e400", "2147483648", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "0.1", "00", "0x10",
        "99999999999999999999999999999999999999", "429", "200", "204", "302", "401", "500", "999",
        // Halves of a surrogate pair, as characters and in JSON's and the address's notation; other characters that are special in Unicode.
        "\ud800", "\udc00", "\\ud800", "\\udc00", "\\ud800\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\u0000", "\\u0022", "\\u000a", "\\u", "\\x", "\\u00e9",
        "%00", "%0a", "%0D%0A", "%25", "%ff", "%c3%a9", "%ed%a0%80", "%u0041", "%2", "%zz",
        "\ufeff", "\ufffd", "\uffff", "\u2028", "\u0085", "\u200b", "\u202e", "é", "e\u0301", "ß", "ı", "İ", "𝒳",
        // Bytes that are not UTF-8; see TextBytes.
        "\udcff", "\udc80", "\udced\udca0\udc80", "\udcc0\udcaf", "\udcfe",
        "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "2026-02-30T00:00:00Z", "00:00:00", "-10675199.02:48:05.4775808",
        "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "http://", "https://[", "//", "file:///etc/passwd", "javascript:1", "https://a.example:99999/",
    ];
}
