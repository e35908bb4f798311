using System.Diagnostics;
using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

/// <summary>A method of the platform that the library must not call, with the replacement.</summary>
internal sealed record BannedCall(Type Type, string Method, string Instead)
{
    private const string Clock = "take the time from the TimeProvider";
    private const string Timer = "use the overload that takes a TimeProvider";
    private const string Async = "await it";

    public static IReadOnlyList<BannedCall> All { get; } =
    [
        new(typeof(DateTime), "get_Now", Clock),
        new(typeof(DateTime), "get_UtcNow", Clock),
        new(typeof(DateTime), "get_Today", Clock),
        new(typeof(DateTimeOffset), "get_Now", Clock),
        new(typeof(DateTimeOffset), "get_UtcNow", Clock),
        new(typeof(Stopwatch), nameof(Stopwatch.GetTimestamp), Clock),
        new(typeof(Stopwatch), nameof(Stopwatch.StartNew), Clock),
        new(typeof(Environment), "get_TickCount", Clock),
        new(typeof(Environment), "get_TickCount64", Clock),
        new(typeof(Thread), nameof(Thread.Sleep), Async),
        new(typeof(Task), nameof(Task.Wait), Async),
        new(typeof(Task), nameof(Task.WaitAll), Async),
        new(typeof(Task), nameof(Task.WaitAny), Async),
        new(typeof(Task), nameof(Task.Delay), Timer) { Unless = HasTimeProvider },
        new(typeof(Task), nameof(Task.WaitAsync), Timer) { Unless = method => HasTimeProvider(method) || !HasDelay(method) },
        new(typeof(CancellationTokenSource), ".ctor", Timer) { Unless = method => HasTimeProvider(method) || !HasDelay(method) },
        new(typeof(HttpClient), ".ctor", "use IHttpClientFactory, or a handler that does not follow redirects") { Unless = method => method.GetParameters().Length > 0 },
        new(typeof(Random), ".ctor", "use RandomNumberGenerator"),
        new(typeof(Random), "get_Shared", "use RandomNumberGenerator"),
    ];

    /// <summary>The overloads that are allowed.</summary>
    public Func<MethodBase, bool> Unless { get; init; } = _ => false;

    public bool Bans(MethodBase method) => Type.IsAssignableFrom(method.DeclaringType) && method.Name == Method && !Unless(method);

    private static bool HasTimeProvider(MethodBase method) => Takes(method, typeof(TimeProvider));

    private static bool HasDelay(MethodBase method) => Takes(method, typeof(TimeSpan)) || Takes(method, typeof(int));

    private static bool Takes(MethodBase method, Type type) => method.GetParameters().Any(parameter => parameter.ParameterType == type);
}
