using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Makes text of a server fit for a message: one line, bounded, without the secrets that were sent to the server.</summary>
internal static class VisibleText
{
    private const int Longest = 400;

    public static string Of(string text, IEnumerable<string>? secrets = null)
    {
        // Some servers quote the request in their error text.
        foreach (string secret in secrets ?? [])
        {
            text = text.Replace(secret, "***");
        }

        StringBuilder visible = new(Math.Min(text.Length, Longest));
        foreach (char character in text)
        {
            if (visible.Length == Longest)
            {
                visible.Append("...");
                break;
            }

            visible.Append(char.IsControl(character) ? ' ' : character);
        }

        return visible.ToString();
    }
}
