using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk;

/// <summary>Makes text of an API fit for a message. The token of the request is no longer known, so everything that has the form of one is masked.</summary>
internal static class ApiText
{
    private const string Mask = "***";

    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    // A JWT begins with the base64url of '{"', and can be cut short. Other tokens are recognised by the scheme before them (RFC 6750 section 2.1).
    private static readonly Regex Token = new(
        @"eyJ[\w-]{8}[\w.-]*|(?<=\bBearer\s+)[\w.~+/-]{20,}=*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        LongestSearch);

    public static string Of(string text)
    {
        try
        {
            return VisibleText.Of(Token.Replace(text, Mask));
        }
        catch (RegexMatchTimeoutException)
        {
            return Mask;
        }
    }
}
