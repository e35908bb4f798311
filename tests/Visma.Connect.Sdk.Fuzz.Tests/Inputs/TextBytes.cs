using System.Buffers;
using System.Text;

namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>
/// The bytes of a text, in UTF-8. A lone half of a surrogate pair from U+DC80 to U+DCFF stands for the byte 0x80 to 0xFF, so that a text can hold bytes
/// that are not UTF-8 (as in Python's PEP 383).
/// </summary>
public static class TextBytes
{
    public static byte[] Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        List<byte> bytes = new(text.Length + 16);
        Span<byte> encoded = stackalloc byte[4];
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                int length = Encoding.UTF8.GetBytes(text.AsSpan(index++, 2), encoded);
                bytes.AddRange(encoded[..length]);
            }
            else if (text[index] is >= '\udc80' and <= '\udcff')
            {
                bytes.Add((byte)(text[index] - '\udc00'));
            }
            else
            {
                int length = Encoding.UTF8.GetBytes(text.AsSpan(index, 1), encoded);
                bytes.AddRange(encoded[..length]);
            }
        }

        return [.. bytes];
    }

    /// <summary>The text that has these bytes.</summary>
    public static string TextOf(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)('\udc00' + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }
}
