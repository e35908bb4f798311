using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Makes text of a server fit for a message: one line, bounded, without the secrets that were sent to the server.</summary>
internal static class VisibleText
{
    private const int Longest = 400;

    // What follows cannot become visible, however much is masked before it.
    private const int LongestRead = 4 * Longest;

    /// <param name="text">The text of a server.</param>
    /// <param name="secrets">What was sent to the server and must not be shown.</param>
    public static string Of(string text, IEnumerable<string>? secrets = null)
    {
        string blanked = Blanked(text);
        // Some servers quote the request in their error text.
        string masked = secrets is null ? blanked : new SecretMask([.. secrets.Select(Blanked)]).Apply(blanked);
        return masked.Length > Longest ? masked.Remove(Longest) + "..." : masked;
    }

    private static string Blanked(string text)
    {
        StringBuilder blanked = new(Math.Min(text.Length, LongestRead));
        foreach (char character in text)
        {
            if (blanked.Length == LongestRead)
            {
                break;
            }

            blanked.Append(char.IsControl(character) ? ' ' : character);
        }

        return blanked.ToString();
    }
}
