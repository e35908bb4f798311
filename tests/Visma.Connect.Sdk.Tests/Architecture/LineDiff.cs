namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>
/// The lines that were removed (<c>-</c>) and added (<c>+</c>) between two texts, each under the unindented line above it.
/// </summary>
internal static class LineDiff
{
    public static IEnumerable<string> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int[,] common = LongestCommon(before, after);
        string heading = "";
        string shown = "";
        (int old, int @new) = (0, 0);
        while (old < before.Count || @new < after.Count)
        {
            if (old < before.Count && @new < after.Count && before[old] == after[@new])
            {
                heading = IsHeading(before[old]) ? before[old] : heading;
                old++;
                @new++;
                continue;
            }

            bool isRemoved = @new == after.Count || (old < before.Count && common[old + 1, @new] >= common[old, @new + 1]);
            string line = isRemoved ? before[old++] : after[@new++];
            if (line.Length == 0)
            {
                continue;
            }

            if (IsHeading(line))
            {
                heading = shown = line;
            }
            else if (heading != shown)
            {
                yield return $"  {heading}";
                shown = heading;
            }

            yield return $"{(isRemoved ? '-' : '+')} {line}";
        }
    }

    private static bool IsHeading(string line) => line.Length > 0 && line[0] != ' ';

    // For each pair of positions: the length of the longest common subsequence of the lines from there to the end of both texts.
    private static int[,] LongestCommon(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int[,] common = new int[before.Count + 1, after.Count + 1];
        for (int old = before.Count - 1; old >= 0; old--)
        {
            for (int @new = after.Count - 1; @new >= 0; @new--)
            {
                common[old, @new] = before[old] == after[@new]
                    ? common[old + 1, @new + 1] + 1
                    : Math.Max(common[old + 1, @new], common[old, @new + 1]);
            }
        }

        return common;
    }
}
