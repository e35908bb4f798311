using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk.Tests.Architecture;

public partial class BannedCallTests
{
    private static readonly List<MethodBase> Methods = [.. Product.WithReadableCode.SelectMany(Product.Methods)];

    [Fact]
    public void Time_randomness_and_HTTP_clients_are_passed_in() => Rule.AssertKept(
        "The library takes time from TimeProvider, randomness from RandomNumberGenerator and HTTP from the HttpClient that it was given. It does not block threads.",
        from caller in Methods
        from called in MethodBodyReader.MembersNamedIn(caller).OfType<MethodBase>().Distinct()
        from banned in BannedCall.All
        where banned.Bans(called)
        // It only spreads requests in time. A secure generator loads the cryptographic library of the system at the first token.
        where !(caller.DeclaringType!.Name is "RenewalSchedule" or "Backports" && called.DeclaringType!.Name == nameof(Random))
        select $"{caller.DeclaringType}.{caller.Name} calls {called.DeclaringType!.Name}.{called.Name}: {banned.Instead}");

    // A logging provider that throws must not end a renewal, so all lines go through one type that catches what it throws.
    [Fact]
    public void Loggers_are_created_in_one_place() => Rule.AssertKept(
        "The library logs through GuardedLogger, which the container has. Packages without access to it catch what a line throws.",
        from caller in Methods
        where caller.DeclaringType!.Name is not ("GuardedLogger" or "TokenCacheStart" or "EndpointLogger")
        from called in MethodBodyReader.MembersNamedIn(caller).OfType<MethodBase>().Distinct()
        where called.Name == nameof(ILoggerFactory.CreateLogger)
        select $"{caller.DeclaringType}.{caller.Name} creates a logger");

    // The compiler turns an await into the same call, so this test reads the source.
    [Fact]
    public void No_thread_is_blocked_on_a_task() => Rule.AssertKept(
        "A task is awaited. No thread waits for it.",
        from file in Product.Assemblies.SelectMany(SourceTree.FilesOf)
        where GetAwaiter().IsMatch(file.Code)
        select $"{file.Path} calls GetAwaiter");

    // This test reads the assembly: in the source, an async lambda that is converted to an Action does not show the word void.
    [Fact]
    public void No_method_is_async_void() => Rule.AssertKept(
        "An async method returns a task. The exception of an async void method cannot be caught.",
        from method in Methods.OfType<MethodInfo>()
        where method.IsDefined(typeof(AsyncStateMachineAttribute)) && method.ReturnType == typeof(void)
        select $"{method.DeclaringType}.{method.Name} is async void");

    [GeneratedRegex(@"\bGetAwaiter\s*\(")]
    private static partial Regex GetAwaiter();
}
