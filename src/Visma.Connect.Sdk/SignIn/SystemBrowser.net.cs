using System.Diagnostics;

namespace Visma.Connect.Sdk;

internal static partial class SystemBrowser
{
    private static ProcessStartInfo StartInfoOf(string command, Uri url) => new(command) { UseShellExecute = false, ArgumentList = { url.AbsoluteUri } };
}
