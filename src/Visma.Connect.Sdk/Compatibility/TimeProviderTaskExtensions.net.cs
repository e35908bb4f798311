namespace Visma.Connect.Sdk;

/// <summary>The extension methods of Microsoft.Bcl.TimeProvider, for runtimes that have the same function under another name.</summary>
internal static class TimeProviderTaskExtensions
{
    public static CancellationTokenSource CreateCancellationTokenSource(this TimeProvider time, TimeSpan delay) => new(delay, time);

    public static Task Delay(
        this TimeProvider time,
        TimeSpan delay,
        CancellationToken cancellationToken = default) => Task.Delay(delay, time, cancellationToken);
}
