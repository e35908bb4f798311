namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>What was removed (<c>-</c>) and added (<c>+</c>) between two texts, under the unindented line that it belongs to.</summary>
internal static class LineDiff
{
    public static IEnumerable<string> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int[,] common = LongestCommon(before, after);
        string heading = "";
        string told = "";
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
                heading = told = line;
            }
            else if (heading != told)
            {
                yield return $"  {heading}";
                told = heading;
            }

            yield return $"{(isRemoved ? '-' : '+')} {line}";
        }
    }

    private static bool IsHeading(string line) => line.Length > 0 && line[0] != ' ';

    // How many lines the rest of one text has in common with the rest of the other, in their order.
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
