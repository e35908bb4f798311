namespace Visma.Connect.Sdk;

/// <summary>Where an application is registered: in the Visma Developer Portal, unless the authority is another one.</summary>
internal static class Portal
{
    public const string Name = "the Visma Developer Portal";

    public static bool IsFor(VismaAuthority authority) => authority.IsOfVisma;

    /// <summary>The place in words, for a message.</summary>
    public static string Of(VismaAuthority? authority) =>
        authority is null || IsFor(authority) ? Name : "the registration of the client at the identity server";
}
