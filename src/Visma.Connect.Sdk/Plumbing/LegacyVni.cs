namespace Visma.Connect.Sdk;

/// <summary>What is said wherever VNI still appears.</summary>
internal static class LegacyVni
{
    public const string Advice =
        "Visma is shutting VNI down. Register an application at Visma Connect, have each company approve it, and use VismaAuthority.VismaConnect: docs/vni.md.";
}
