using System.Text;

namespace Visma.Connect.Sdk.Fuzz.Inputs;

/// <summary>A text of the corpus with its edits.</summary>
public sealed class Input
{
    private readonly Corpus _corpus;
    private readonly int _text;
    private readonly Edit[] _edits;

    private Input(Corpus corpus, int text, Edit[] edits)
    {
        _corpus = corpus;
        _text = text;
        _edits = edits;
        Text = edits.Aggregate(corpus.Texts[text], (edited, edit) => edit.Apply(edited, corpus));
    }

    public string Text { get; }

    public static Input Unchanged(Corpus corpus, int text) => new(corpus, text, []);

    // Most inputs stay close to a valid text: they get past the first check, and reach the code behind it.
    public static Input From(Corpus corpus, ulong number)
    {
        Seed seed = new(number);
        int text = (int)(seed.Next() % (ulong)corpus.Texts.Count);
        int edits = (seed.Next() % 20) switch
        {
            < 8 => 1,
            < 13 => 2,
            < 16 => 3,
            < 18 => 4,
            18 => 6,
            _ => 10,
        };
        return new Input(corpus, text, [.. Enumerable.Range(0, edits).Select(_ => Edit.From(ref seed))]);
    }

    /// <summary>The same input with one edit less, for the search for the smallest one that fails.</summary>
    public IEnumerable<Input> Smaller() =>
        _edits.Select((_, without) => new Input(_corpus, _text, [.. _edits.Where((_, index) => index != without)]));

    /// <summary>Returns the text as a C# literal, for the corpus.</summary>
    public override string ToString()
    {
        StringBuilder literal = new("\"");
        foreach (char character in Text.Length > 5000 ? Text[..5000] : Text)
        {
            literal.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => "\\n",
                >= ' ' and <= '~' => character.ToString(),
                _ => $"\\u{(int)character:x4}",
            });
        }

        return literal.Append('"').Append(Text.Length > 5000 ? $" and more: {Text.Length} characters" : "").ToString();
    }
}
