using System.Reflection;

namespace Visma.Connect.Sdk.Tests.Architecture;

internal static partial class Product
{
    /// <summary>The packages on top of the core: there are none for this target.</summary>
    public static IReadOnlyList<Assembly> Packages => [];
}
