namespace Visma.Connect.Sdk;

/// <summary>Decodes untrusted Base64; returns false on malformed input instead of throwing.</summary>
internal static class Base64
{
    // A signature has 44 characters. Longer input is not decoded, so that it costs nothing.
    private const int Longest = 256;

    public static bool TryDecode(string? text, out byte[] decoded)
    {
        decoded = [];
        if (string.IsNullOrEmpty(text) || text!.Length > Longest)
        {
            return false;
        }

        try
        {
            decoded = Convert.FromBase64String(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
