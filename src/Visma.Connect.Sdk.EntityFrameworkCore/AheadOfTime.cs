namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>What the compiler tells an application that is trimmed or published with NativeAOT.</summary>
internal static class AheadOfTime
{
    public const string IsNotSupported =
        "Entity Framework Core does not support trimming and NativeAOT. Use Visma.Connect.Sdk.Sqlite or a token cache of your own, or publish without them.";
}
