using System.Diagnostics;

namespace Visma.Connect.Sdk;

internal static partial class SystemBrowser
{
    // An address is escaped already; these two would end the quotation.
    private static ProcessStartInfo StartInfoOf(string command, Uri url) =>
        new(command, $"\"{url.AbsoluteUri.Replace("\\", "%5C").Replace("\"", "%22")}\"") { UseShellExecute = false };
}
