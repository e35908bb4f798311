using System.Diagnostics;

namespace Visma.Connect.Sdk;

internal static partial class SystemBrowser
{
    // An absolute URI is already escaped, but for these two characters, which would end the quoted argument.
    private static ProcessStartInfo StartInfoOf(string command, Uri url) =>
        new(command, $"\"{url.AbsoluteUri.Replace("\\", "%5C").Replace("\"", "%22")}\"") { UseShellExecute = false };
}
