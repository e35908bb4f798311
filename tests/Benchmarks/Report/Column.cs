namespace Visma.Connect.Sdk.Benchmarks.Report;

/// <summary>The names of the columns: this library, code written by hand, and the peers.</summary>
internal static class Column
{
    public const string Library = "this library";
    public const string ByHand = "by hand";
    public const string AzureCore = "Azure.Core";
    public const string Google = "Google.Apis.Auth";
    public const string Msal = "MSAL";
    public const string IdentityModel = "Duende.IdentityModel";

    public static readonly IReadOnlyList<string> All = [Library, ByHand, AzureCore, Google, Msal, IdentityModel];
}
