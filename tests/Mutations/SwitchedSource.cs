using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Mutations;

/// <summary>Writes slips into the text of a source file, each behind a switch.</summary>
internal static class SwitchedSource
{
    /// <summary>The class that the changed source asks. One slip is on in a process, or none.</summary>
    public const string SwitchClass = """
        namespace Visma.Connect.Sdk;

        internal static class Slip
        {
            private static readonly string? On = Environment.GetEnvironmentVariable("VISMA_SLIP");
            private static readonly string? Reached = Environment.GetEnvironmentVariable("VISMA_SLIP_REACHED");

            public static bool Is(string id)
            {
                if (On != id)
                {
                    return false;
                }

                if (Reached is not null && !File.Exists(Reached))
                {
                    try
                    {
                        File.WriteAllText(Reached, id);
                    }
                    catch (IOException)
                    {
                        // Another thread writes it.
                    }
                }

                return true;
            }
        }
        """;

    /// <summary>The text with all slips of its file.</summary>
    /// <exception cref="FormatException">A text of the list does not occur exactly once, or two of them overlap.</exception>
    public static string Of(string text, IEnumerable<Slip> slips)
    {
        var places = slips
            .SelectMany(slip => slip.Changes, (slip, change) => (Slip: slip, Change: change, At: PlaceOf(text, slip, change)))
            .GroupBy(place => (place.At.Index, place.At.Length))
            .OrderByDescending(same => same.Key.Index)
            .ToList();
        int next = text.Length;
        foreach (var same in places)
        {
            if (same.Key.Index + same.Key.Length > next)
            {
                throw new FormatException($"{same.First().Slip.Id} in {same.First().Slip.File} overlaps with another slip. Give both the same original text.");
            }

            next = same.Key.Index;
            string switched = same.First().At.Value;
            // The text of a whole change has no place for another one.
            foreach (var (slip, change, _) in same.OrderByDescending(place => place.Change.IsWhole))
            {
                switched = change.ToSwitch(slip.Id, switched);
            }

            text = text.Remove(same.Key.Index, same.Key.Length).Insert(same.Key.Index, switched);
        }

        return text;
    }

    // White space is not compared, so that a wrapped line is found in one.
    private static Match PlaceOf(string text, Slip slip, Change change)
    {
        string[] words = change.Original.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        MatchCollection found = Regex.Matches(text, string.Join(@"\s+", words.Select(Regex.Escape)));
        return found.Count == 1
            ? found[0]
            : throw new FormatException(
                $"Slip {slip.Id}: '{change.Original}' occurs {found.Count} times in {slip.File}, and not once. The code has changed: correct tests/Mutations/slips.txt.");
    }
}
