namespace Visma.Connect.Sdk;

/// <summary>Base64 that a stranger sent: what is none is no exception.</summary>
internal static class Base64
{
    // A signature has 44 characters; whoever sends much more is not to be decoded at length.
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
