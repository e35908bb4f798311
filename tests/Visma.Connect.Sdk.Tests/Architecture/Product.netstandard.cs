using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

internal static partial class Product
{
    /// <summary>The packages that build on the core. For this target, there are none.</summary>
    public static IReadOnlyList<Assembly> Packages => [];
}
