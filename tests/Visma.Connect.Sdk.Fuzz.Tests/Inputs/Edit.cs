using System.Buffers;

namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>One change of a text. The three numbers decide everything, so that an input can be repeated.</summary>
public readonly record struct Edit(ulong How, ulong Where, ulong What)
{
    // Members, fields, header lines and words begin and end at these.
    private static readonly SearchValues<char> Boundaries = SearchValues.Create("\"{}[],:;&=?. \n'%\\-");

    private const int LongestText = 200_000;

    public static Edit From(ref Seed seed) => new(seed.Next(), seed.Next(), seed.Next());

    public string Apply(string text, Corpus corpus)
    {
        if (text.Length > LongestText)
        {
            return text;
        }

        int start = Position(text, Where, How >> 32);
        int end = Math.Min(text.Length, Math.Max(start, Position(text, What, How >> 40)));
        return (How % 24) switch
        {
            0 or 1 => text.Remove(start, Math.Min(end - start, 200)),
            2 => text.Remove(start, Math.Min(1 + (int)(What % 4), text.Length - start)),
            3 or 4 => text.Insert(end, text.Substring(start, end - start)),
            5 or 6 => text.Insert(start, Piece(corpus.Texts[(int)(Where % (ulong)corpus.Texts.Count)])),
            7 or 8 or 9 => text.Insert(start, Token(corpus)),
            10 or 11 or 12 => text[..start] + Token(corpus) + text[WordEnd(text, start)..],
            13 => text[..start] + (char)(What % 128) + (start < text.Length ? text[(start + 1)..] : ""),
            14 => text[..start] + (char)(What % 65536) + text[start..],
            15 => text[..start],
            16 => text[start..],
            17 => string.Concat(text.AsSpan(end), text.AsSpan(start, end - start), text.AsSpan(0, start)),
            18 => text.Replace(text.Substring(start, Math.Min(1, text.Length - start)) is { Length: 1 } one ? one : " ", Token(corpus), StringComparison.Ordinal),
            19 => text[..start] + Flipped(text[start..end]) + text[end..],
            20 => WithDuplicate(text, start),
            21 => text.Insert(start, $"\\u{What % 65536:x4}"),
            22 => text.Insert(start, $"%{What % 256:x2}"),
            _ => Grown(text, start),
        };
    }

    // Half of the positions are at a boundary: what changes is then a whole member or word.
    private static int Position(string text, ulong where, ulong toBoundary)
    {
        int position = (int)(where % (ulong)(text.Length + 1));
        if (toBoundary % 2 == 0)
        {
            return position;
        }

        int boundary = text.AsSpan(position).IndexOfAny(Boundaries);
        return boundary < 0 ? position : position + boundary + (int)(toBoundary / 2 % 2);
    }

    private static int WordEnd(string text, int start)
    {
        int boundary = text.AsSpan(start).IndexOfAny(Boundaries);
        return boundary < 0 ? text.Length : start + boundary;
    }

    private string Piece(string other)
    {
        int start = Position(other, What, How >> 48);
        return other.Substring(start, (int)((What >> 32) % (ulong)(other.Length - start + 1)));
    }

    private string Token(Corpus corpus)
    {
        int index = (int)(What % (ulong)(SpecialTexts.All.Count + corpus.Tokens.Count));
        return index < SpecialTexts.All.Count ? SpecialTexts.All[index] : corpus.Tokens[index - SpecialTexts.All.Count];
    }

    private static string Flipped(string text) => string.Create(text.Length, text, (flipped, original) =>
    {
        for (int index = 0; index < flipped.Length; index++)
        {
            flipped[index] = char.IsAsciiLetter(original[index]) ? (char)(original[index] ^ 0x20) : original[index];
        }
    });

    // The member, parameter or line around a position once more: between two separators of the same kind.
    private static string WithDuplicate(string text, int start)
    {
        int end = text.AsSpan(start).IndexOfAny(",&\n");
        if (end < 0)
        {
            return text + text;
        }

        char separator = text[start + end];
        int begin = text.AsSpan(0, start).LastIndexOfAny([separator, '{', '?']);
        return text.Insert(start + end, separator + text.Substring(begin + 1, start + end - begin - 1));
    }

    // Rarely, because such inputs are slow: what is nested deeply, or very long.
    private string Grown(string text, int start) => (What % 40) switch
    {
        0 => text.Insert(start, new string('[', 2000)),
        1 => text.Insert(start, string.Concat(Enumerable.Repeat("{\"a\":", 500))),
        2 => text.Insert(start, new string('x', 70_000)),
        3 => text.Insert(start, string.Concat(Enumerable.Repeat("%2", 3000))),
        4 => text.Insert(start, new string('\\', 5000)),
        5 => text.Insert(start, string.Concat(Enumerable.Repeat(text, (20_000 / Math.Max(text.Length, 1)) + 1))),
        _ => text.Insert(start, new string((char)(What % 128), (int)(What % 300))),
    };
}
