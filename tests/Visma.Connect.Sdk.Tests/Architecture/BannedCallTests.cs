using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Visma.Connect.Sdk.Tests.Architecture;

public partial class BannedCallTests
{
    // What is built for .NET names members that the netstandard2.0 core has otherwise; it is read where these tests run over its own core.
    private static readonly List<MethodBase> Methods =
        [.. Product.Assemblies.Where(assembly => Product.TargetOf(assembly) == Product.TargetOf(Product.Core)).SelectMany(Product.Methods)];

    [Fact]
    public void Time_randomness_and_connections_are_those_that_were_given() => Rule.AssertKept(
        "The library takes time from TimeProvider, randomness from RandomNumberGenerator, HTTP from the HttpClient that it was given, and blocks no thread.",
        from caller in Methods
        from called in MethodBodyReader.MembersNamedIn(caller).OfType<MethodBase>().Distinct()
        from banned in BannedCall.All
        where banned.Bans(called)
        select $"{caller.DeclaringType}.{caller.Name} calls {called.DeclaringType!.Name}.{called.Name}: {banned.Instead}");

    // An await compiles to the same call, so this one is looked up in the source.
    [Fact]
    public void No_thread_is_blocked_on_a_task() => Rule.AssertKept(
        "A task is awaited, never blocked on.",
        from file in Product.Assemblies.SelectMany(SourceTree.FilesOf)
        where GetAwaiter().IsMatch(file.Code)
        select $"{file.Path} calls GetAwaiter");

    // In the assembly and not in the source, because an async lambda that becomes an Action does not say void.
    [Fact]
    public void No_method_is_async_void() => Rule.AssertKept(
        "An async method returns a task, or nobody learns of its failure.",
        from method in Methods.OfType<MethodInfo>()
        where method.IsDefined(typeof(AsyncStateMachineAttribute)) && method.ReturnType == typeof(void)
        select $"{method.DeclaringType}.{method.Name} is async void");

    [GeneratedRegex(@"\bGetAwaiter\s*\(")]
    private static partial Regex GetAwaiter();
}
