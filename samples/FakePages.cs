namespace Samples;

/// <summary>The sign-in pages of FakeVisma.</summary>
internal static class FakePages
{
    /// <summary>
    /// Prints the address of the pages, so that a machine without a browser shows it, too. Do not copy this for a sign-in at Visma: the address
    /// belongs to that sign-in alone.
    /// </summary>
    public static Task ShowAsync(Uri url, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Open this address in a browser on this machine within five minutes. Ctrl+C ends the wait.{Environment.NewLine}{url.AbsoluteUri}");
        return Task.CompletedTask;
    }
}
