#pragma warning disable CA1050 // The runtime looks for this name outside of every namespace.

/// <summary>Runs first in a program that is started with this assembly as DOTNET_STARTUP_HOOKS: at its end, it writes which assemblies were loaded.</summary>
internal static class StartupHook
{
    public const string Prefix = "loaded ";

    public static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (System.Reflection.Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Console.WriteLine(Prefix + assembly.GetName().Name);
        }
    };
}
