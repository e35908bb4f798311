using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Visma.Connect.Sdk;

/// <summary>Addresses within the application, which a browser cannot take for an address of another host.</summary>
internal static class LocalPath
{
    /// <summary>A longer address does not fit into the cookie of an attempt.</summary>
    public const int Longest = 1000;

    /// <summary>
    /// Whether it is a path from the root. Browsers read <c>//host</c> and <c>/\host</c> as another host, and remove tabs and line ends before they look.
    /// </summary>
    public static bool Is([NotNullWhen(true)] string? address) =>
        address is { Length: > 0 and <= Longest }
        && address[0] == '/'
        && (address.Length == 1 || address[1] != '/')
        && !address.Any(character => character == '\\' || char.IsControl(character));

    /// <summary>Returns the address as a header can carry it: characters beyond ASCII are percent-encoded, and nothing else is changed.</summary>
    public static string ForHeader(string address)
    {
        if (Ascii.IsValid(address))
        {
            return address;
        }

        StringBuilder encoded = new();
        foreach (Rune character in address.EnumerateRunes())
        {
            encoded.Append(character.IsAscii ? character.ToString() : Uri.EscapeDataString(character.ToString()));
        }

        return encoded.ToString();
    }

    /// <summary>Returns the address with further parameters in its query.</summary>
    public static string With(string address, params IEnumerable<(string Name, string? Value)> parameters)
    {
        string query = string.Join('&', parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return query.Length == 0 ? address : $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
    }

    /// <exception cref="ArgumentException">It is not a local path.</exception>
    public static void Require(string? address, string option)
    {
        if (address is not null && (!Is(address) || address.Contains('#', StringComparison.Ordinal)))
        {
            throw new ArgumentException($"{option} must be a local path: it begins with one slash, and has no host, backslash, fragment or control character.");
        }
    }
}
