namespace Visma.Connect.Sdk;

/// <summary>Where an application is registered: in the Visma Developer Portal, unless the authority is another one.</summary>
internal static class Portal
{
    /// <summary>The place in words, for a message.</summary>
    public static string Of(VismaAuthority? authority) =>
        authority is null || authority.IsOfVisma ? "the Visma Developer Portal" : "the registration of the client at the identity server";
}
