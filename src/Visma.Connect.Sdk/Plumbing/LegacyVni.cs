namespace Visma.Connect.Sdk;

/// <summary>The advice for everything that still uses VNI.</summary>
internal static class LegacyVni
{
    public const string Advice =
        "Visma is shutting VNI down. Register an application at Visma Connect, have each company approve it, and use VismaAuthority.VismaConnect: docs/vni.md.";
}
