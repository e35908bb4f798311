namespace Visma.Connect.Sdk;

/// <summary>What Microsoft.Bcl.TimeProvider offers on netstandard2.0, for the runtimes that have it built in under another name.</summary>
internal static class TimeProviderTaskExtensions
{
    public static CancellationTokenSource CreateCancellationTokenSource(this TimeProvider time, TimeSpan delay) => new(delay, time);

    public static Task Delay(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken = default) => Task.Delay(delay, time, cancellationToken);
}
