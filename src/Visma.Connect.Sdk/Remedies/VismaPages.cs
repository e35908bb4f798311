namespace Visma.Connect.Sdk;

/// <summary>The pages that document the errors. Read in November 2026.</summary>
internal static class VismaPages
{
    public static readonly Uri PortalDocumentation = new("https://oauth.developers.visma.com/service-registry/documentation");

    public static Uri Connect(string page) => new($"https://docs.connect.visma.com/docs/{page}");

    public static Uri NetErp(string page) => new($"https://docs.vismasoftware.no/vismanetapi/{page}");

    public static Uri BusinessNxt(string page) => new($"https://docs.vismasoftware.no/businessnxtapi/{page}");

    public static Uri EAccounting(string page) => new($"https://developer.vismaonline.com/docs/{page}");

    public static Uri Dinero(string page) => new($"https://developer.dinero.dk/{page}");
}
