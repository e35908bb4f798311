using System.Globalization;
using System.Reflection;
using Visma.Connect.Sdk.Benchmarks.Report;

namespace Visma.Connect.Sdk.Benchmarks.Rows;

/// <summary>The size of each library's own DLL for net10.0.</summary>
internal static class Sizes
{
    public static Row Measure() => new("its DLL", "", "400 KB")
    {
        Cells =
        {
            [Column.Library] = Size(typeof(VismaConnectClient).Assembly),
            [Column.AzureCore] = Size(typeof(Azure.Core.TokenCredential).Assembly),
            [Column.Google] = Size(typeof(Google.Apis.Auth.OAuth2.UserCredential).Assembly),
            [Column.Msal] = Size(typeof(Microsoft.Identity.Client.IConfidentialClientApplication).Assembly),
            [Column.IdentityModel] = Size(typeof(Duende.IdentityModel.Client.TokenClient).Assembly),
        },
    };

    private static Cell Size(Assembly assembly)
    {
        double kilobytes = new FileInfo(assembly.Location).Length / 1000.0;
        return new Cell(string.Create(CultureInfo.InvariantCulture, $"{kilobytes:#,0} KB"), kilobytes);
    }
}
