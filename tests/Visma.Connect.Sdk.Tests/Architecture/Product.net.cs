using System.Reflection;
using Visma.Connect.Sdk.EntityFrameworkCore;

namespace Visma.Connect.Sdk.Tests.Architecture;

internal static partial class Product
{
    /// <summary>The packages that build on the core.</summary>
    public static IReadOnlyList<Assembly> Packages => [typeof(EntityFrameworkTokenCache).Assembly, typeof(DataProtectionVismaConnectBuilderExtensions).Assembly];
}
