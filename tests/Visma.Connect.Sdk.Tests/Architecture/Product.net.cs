using System.Reflection;
using Visma.Connect.Sdk.EntityFrameworkCore;
using Visma.Connect.Sdk.Sqlite;

namespace Visma.Connect.Sdk.Tests.Architecture;

internal static partial class Product
{
    /// <summary>The packages that build on the core.</summary>
    public static IReadOnlyList<Assembly> Packages => [typeof(EntityFrameworkTokenCache).Assembly, typeof(SqliteTokenCache).Assembly, typeof(DataProtectionVismaConnectBuilderExtensions).Assembly];
}
