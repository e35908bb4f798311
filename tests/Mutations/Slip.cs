namespace Visma.Connect.Sdk.Mutations;

/// <summary>A small fault in the library, as a programmer could make it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Harm">What it would do.</param>
/// <param name="File">The source file, from src/Visma.Connect.Sdk.</param>
/// <param name="Classes">The test classes that are tried first, with wildcards.</param>
/// <param name="Changes">The places that change together.</param>
internal sealed record Slip(string Id, string Harm, string File, IReadOnlyList<string> Classes, IReadOnlyList<Change> Changes);

/// <summary>One place of a slip.</summary>
/// <param name="Original">The text as it is.</param>
/// <param name="Changed">The text with the slip; of a whole text, SLIP stands for the question whether the slip is on.</param>
/// <param name="IsWhole">Whether the changed text replaces the original in any case, and asks itself.</param>
internal sealed record Change(string Original, string Changed, bool IsWhole)
{
    private bool IsStatement => Original.EndsWith(';');

    /// <summary>The text that behaves as the original, or with the slip if that is on.</summary>
    /// <param name="id">The name of the slip.</param>
    /// <param name="original">The original, in which other slips may be.</param>
    public string ToSwitch(string id, string original)
    {
        string isOn = $"Slip.Is(\"{id}\")";
        return IsWhole ? Changed.Replace("SLIP", isOn, StringComparison.Ordinal)
            : IsStatement ? $"if ({isOn}) {{ {Changed} }} else {{ {original} }}"
            : $"({isOn} ? ({Changed}) : ({original}))";
    }
}
