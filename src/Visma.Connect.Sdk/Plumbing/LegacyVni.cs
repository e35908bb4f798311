namespace Visma.Connect.Sdk;

/// <summary>The diagnostic on every public member that an application uses VNI with.</summary>
internal static class LegacyVni
{
    public const string DiagnosticId = "VISMA001";

    public const string Advice =
        "Visma is shutting VNI down. Register an application at Visma Connect, have each company approve it, and use VismaAuthority.VismaConnect: docs/vni.md.";

    // Visma's announcement. The way to move is in the message.
    public const string Url = "https://docs.vismasoftware.no/vismanetapi/end-of-life-notices";
}
